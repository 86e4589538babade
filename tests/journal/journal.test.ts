import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { Worker } from 'node:worker_threads';
import { scanSegment } from '#core/journal/scan.ts';
import type { OpenJournal } from '#gateway/journal/open-journal.ts';
import { startFakeKeeper } from './fake-keeper.ts';
import { endsOf, journalUnderTest, readJournal, until } from './journal-under-test.ts';
import { beginOf, endOf } from './records.ts';

test('an end that resolved is in the file, and so is its begin', async (context) => {
  const { journal, directory, alarms } = await journalUnderTest(context);

  for (let at = 0; at < 20; at++) {
    await generate(journal, `gen_${at}`);
    const records = readJournal(directory);
    assert.deepEqual(records.slice(-2), [beginOf(`gen_${at}`), endOf(`gen_${at}`)]);
  }

  assert.equal(journal.stats().written, 20);
  assert.equal(journal.stats().unposted, 20);
  await until(() => journal.stats().syncs > 0, 'a sync');
  assert.deepEqual(alarms, []);
});

test('segments are really on the disk, and for their owner alone', async (context) => {
  const { directory } = await journalUnderTest(context);

  const segment = statSync(join(directory, '000001.seg'));
  assert.equal(statSync(directory).mode & 0o777, 0o700);
  assert.equal(segment.mode & 0o777, 0o600);
  assert.ok(segment.blocks * 512 >= 1024 * 1024, 'sparse space is nobody’s');
});

test('ends are posted once each, in an order that only grows, and then nothing is left', async (context) => {
  const { journal, keeperSocket, dataDir } = await journalUnderTest(context);
  const keeper = await startFakeKeeper(keeperSocket);
  context.after(() => keeper.stop());

  const names = Array.from({ length: 3000 }, (_, at) => `gen_${at}`);
  await Promise.all(names.map((name) => generate(journal, name)));
  await until(() => keeper.posted.size === names.length, 'all posted');

  assert.deepEqual(keeper.parts, ['g1 journal']);
  assert.deepEqual(keeper.posted, new Map(names.map((name) => [name, 1])));
  assert.deepEqual(
    keeper.throughs,
    [...keeper.throughs].sort((left, right) => left - right),
  );
  await until(() => journal.stats().unposted === 0, 'told as posted');
  await journal.close(1000);
  assert.deepEqual(readdirSync(join(dataDir, 'journal')), []);
});

test('while the keeper is away records are kept, and each is posted once after it came back', async (context) => {
  const { journal, keeperSocket, directory } = await journalUnderTest(context);
  const names = Array.from({ length: 4000 }, (_, at) => `gen_${at}`);

  await Promise.all(names.slice(0, 2000).map((name) => generate(journal, name)));
  assert.equal(journal.stats().unposted, 2000);
  const deaf = await startFakeKeeper(keeperSocket, { answers: false });
  await until(() => deaf.parts.length === 1, 'a hello');
  await Promise.all(names.slice(2000).map((name) => generate(journal, name)));
  await deaf.stop();
  assert.deepEqual(endsOf(readJournal(directory)).length, 4000);
  const keeper = await startFakeKeeper(keeperSocket);
  context.after(() => keeper.stop());
  await until(() => journal.stats().unposted === 0, 'all posted');

  assert.deepEqual(keeper.posted, new Map(names.map((name) => [name, 1])));
});

test('a segment is deleted when its ends are posted and its generations have ended, not before', async (context) => {
  const { journal, keeperSocket, directory } = await journalUnderTest(context);
  assert.ok(journal.reserve());
  journal.begin(beginOf('gen_long'));

  await fill(journal, 'first', 2000);
  const full = readdirSync(directory);
  assert.ok(full.length >= 3);
  const keeper = await startFakeKeeper(keeperSocket);
  context.after(() => keeper.stop());
  await until(() => journal.stats().unposted === 0, 'all posted');

  await until(() => !existsSync(join(directory, '000002.seg')), 'the second segment goes');
  assert.ok(existsSync(join(directory, '000001.seg')), 'a generation that began here is still open');
  await journal.end(endOf('gen_long'));
  await until(() => !existsSync(join(directory, '000001.seg')), 'the first segment goes');
});

test('admission stops at the bound of unposted records, and goes on when they were posted', async (context) => {
  const { journal, keeperSocket } = await journalUnderTest(context, { maxUnposted: 10 });

  await fill(journal, 'early', 9);
  assert.ok(journal.reserve());
  assert.equal(journal.reserve(), false, 'an open generation counts as one that will be unposted');
  journal.unreserve();
  assert.ok(journal.reserve());
  journal.begin(beginOf('gen_last'));
  await journal.end(endOf('gen_last'));
  assert.equal(journal.reserve(), false);

  const keeper = await startFakeKeeper(keeperSocket);
  context.after(() => keeper.stop());
  await until(() => journal.reserve(), 'admission goes on');
});

test('promises never exceed the space, space follows promises, and what is given back counts again', async (context) => {
  const { journal } = await journalUnderTest(context);

  let reserved = 0;
  while (journal.reserve()) reserved += 1;
  assert.ok(reserved > 100 && reserved < 1000, `${reserved} generations were promised a megabyte or a few`);
  await until(() => journal.reserve(), 'another segment is prepared');
  for (let at = 0; at < reserved; at++) journal.unreserve();
  assert.ok(journal.stats().spaceBytes > 1024 * 1024);
});

test('a journal whose thread dies refuses, then goes on in a new segment and loses no end', async (context) => {
  const workers: Worker[] = [];
  const onWorker = (worker: Worker) => void workers.push(worker);
  process.on('worker', onWorker);
  context.after(() => process.off('worker', onWorker));
  const { journal, alarms, directory, keeperSocket } = await journalUnderTest(context);
  await fill(journal, 'before', 50);
  assert.ok(journal.reserve());
  journal.begin(beginOf('gen_across'));

  await workers[0]?.terminate();
  await until(() => alarms.includes('journal-died'), 'an alarm');
  assert.equal(journal.reserve(), false);
  await journal.end(endOf('gen_across'));
  await until(() => journal.reserve(), 'a new thread');

  journal.unreserve();
  await fill(journal, 'after', 50);
  assert.equal(endsOf(scanSegment(readFileSync(join(directory, '000001.seg'))).records).length, 50, 'never continued');
  const keeper = await startFakeKeeper(keeperSocket);
  context.after(() => keeper.stop());
  await until(() => journal.stats().unposted === 0, 'all posted');
  assert.equal(keeper.posted.size, 101);
});

test('a progress record stands between begin and end', async (context) => {
  const { journal, directory } = await journalUnderTest(context);

  assert.ok(journal.reserve());
  journal.begin(beginOf('gen_1'));
  journal.progress({ kind: 'progress', generation: 'gen_1', estimate: '42' });
  await journal.end(endOf('gen_1'));

  assert.deepEqual(
    readJournal(directory).map(({ kind }) => kind),
    ['begin', 'progress', 'end'],
  );
});

async function generate(journal: OpenJournal, generation: string): Promise<void> {
  await until(() => journal.reserve(), 'room');
  journal.begin(beginOf(generation));
  await journal.end(endOf(generation));
}

async function fill(journal: OpenJournal, name: string, count: number): Promise<void> {
  for (let at = 0; at < count; at += 50) {
    const some = Array.from({ length: Math.min(50, count - at) }, (_, next) => `gen_${name}_${at + next}`);
    await Promise.all(some.map((generation) => generate(journal, generation)));
  }
}
