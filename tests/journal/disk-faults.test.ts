import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { faultyDisk, smallDisk } from './faulty-disk.ts';
import { endsOf, journalUnderTest, readJournal, until } from './journal-under-test.ts';
import { beginOf, endOf } from './records.ts';

test('a failed sync poisons the segment: it is not tried again, and what it held unsynced stands in a new one', (context) => {
  const disk = faultyDisk(context);
  disk.generate('gen_1');
  disk.sync(0);

  disk.generate('gen_2');
  disk.fail('sync', 1);
  disk.sync(20);
  disk.generate('gen_3');
  disk.sync(40);

  assert.deepEqual(disk.alarms, ['journal-poisoned']);
  assert.deepEqual(readdirSync(disk.directory), ['000001.seg', '000002.seg']);
  assert.deepEqual(endsOf(readJournal(disk.directory)), ['gen_1', 'gen_2', 'gen_2', 'gen_3']);
  const syncsOfPoisoned = disk.syncsOf.filter((name) => name === '000001.seg');
  assert.equal(syncsOfPoisoned.length, 2, 'one that held, one that failed, none after it');
});

test('while a sync lasts, ends are written; when it fails, so is all that the segment held unsynced', (context) => {
  const disk = faultyDisk(context);
  for (let ahead = 0; ahead < 3; ahead++) disk.prepare();
  disk.slow(true);
  disk.generate('gen_1');
  disk.sync(20);

  for (let at = 2; at <= 100; at++) disk.generate(`gen_${at}`, at);
  assert.equal(disk.written(), 100, 'none waited, over more than one segment');

  disk.fail('sync', 1);
  disk.slow(false);
  disk.turn(2000);
  const names = Array.from({ length: 100 }, (_, at) => `gen_${at + 1}`);
  assert.deepEqual(new Set(endsOf(readJournal(disk.directory))), new Set(names));
  assert.deepEqual(disk.alarms, ['journal-poisoned', 'journal-poisoned'], 'its first sync and the one behind it');
  assert.equal(disk.syncsOf.filter((name) => name === '000001.seg').length, 1, 'the failed one, never again');
});

test('a failed write goes on in a new segment, with the whole record', (context) => {
  const disk = faultyDisk(context);
  disk.generate('gen_1');

  disk.fail('write', 1);
  disk.generate('gen_2');

  assert.deepEqual(disk.alarms, ['journal-poisoned']);
  assert.equal(disk.written(), 2);
  assert.deepEqual(new Set(endsOf(readJournal(disk.directory))), new Set(['gen_1', 'gen_2']));
});

test('a disk that takes nothing any more refuses, keeps what was handed over, and writes it once it can', (context) => {
  const disk = faultyDisk(context);
  disk.generate('gen_1');
  disk.fail('write', Number.POSITIVE_INFINITY);

  disk.generate('gen_2');
  assert.equal(disk.refuses(), true);
  assert.deepEqual(disk.alarms, ['journal-poisoned', 'journal-full']);
  disk.turn(500);
  disk.heal();
  disk.turn(900);
  assert.equal(disk.written(), 1, 'tried once a second');
  disk.turn(1100);

  assert.equal(disk.refuses(), false);
  assert.deepEqual(endsOf(readJournal(disk.directory)).sort(), ['gen_1', 'gen_1', 'gen_2']);
});

test('whatever call of the disk fails, every end that was counted as written can be read', (context) => {
  const call = fc.constantFrom('write' as const, 'sync' as const, 'create' as const, 'syncDirectory' as const);
  const fault = fc.record({ call, step: fc.nat(30), times: fc.integer({ min: 1, max: 3 }) });
  fc.assert(
    fc.property(fc.array(fault, { maxLength: 6 }), (faults) => {
      const disk = faultyDisk(context);
      for (let step = 0; step < 30; step++) {
        for (const { call: name, times } of faults.filter((each) => each.step === step)) disk.fail(name, times);
        disk.generate(`gen_${step}`, step * 10_000);
        disk.sync(step * 10_000 + 20);
        disk.writer.prepareAhead(step * 10_000 + 30);
        disk.turn(step * 10_000 + 30);
      }
      disk.heal();
      disk.turn(1_000_000);

      assert.equal(disk.written(), 30);
      const read = new Set(endsOf(readJournal(disk.directory)));
      for (let step = 0; step < 30; step++) assert.ok(read.has(`gen_${step}`), `gen_${step} is in the files`);
    }),
    { numRuns: 40 },
  );
});

test('on a full disk admission stops before any room is missing: all that was reserved is written', async (context) => {
  const dataDir = smallDisk(context);
  if (!dataDir) return context.skip('needs the right to mount a file system');
  const { journal, alarms, directory } = await journalUnderTest(context, { dataDir });

  const reserved: string[] = [];
  await until(() => {
    while (journal.reserve()) reserved.push(`gen_${reserved.length}`);
    return alarms.includes('journal-full');
  }, 'the disk is full');
  for (const generation of reserved) journal.begin(beginOf(generation));
  await Promise.all(reserved.map((generation) => journal.end(endOf(generation))));
  await until(() => journal.stats().written === reserved.length, 'all are written, the late ones too');

  assert.ok(reserved.length > 1000, `${reserved.length} were reserved`);
  // More than a thousand ends at once may be slow on a busy machine: that is another promise's alarm.
  assert.deepEqual(
    [...new Set(alarms)].filter((alarm) => alarm !== 'journal-slow'),
    ['journal-full'],
  );
  assert.deepEqual(endsOf(readJournal(directory)), reserved);
});
