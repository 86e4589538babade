import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { runCommand } from '#keeper/commands/table.ts';
import { openKeeper } from '#keeper/open-keeper.ts';
import { recover } from '#keeper/posting/recover.ts';
import { beginRecord, endRecord } from './end-record.ts';
import { catalogue, freshDataDir, runningKeeper, TestPeer } from './keeper-under-test.ts';
import { writeJournal } from './write-journal.ts';

type Wallet = { readonly balance_usd: string; readonly leased_usd: string; readonly spent_usd: string };

test('what ended is posted and what never ended is booked to loss, exactly once', async (t) => {
  const books = await openedBooks(t);
  const { dataDir } = books;
  writeJournal(dataDir, 'gone', [
    [begin(books, 'a'), begin(books, 'b'), { kind: 'progress', generation: name('b'), estimate: '900' }],
    [end(books, 'a', '1500'), begin(books, 'c'), end(books, 'd', '20')],
  ]);
  const kept = join(dataDir, 'kept');
  cpSync(join(dataDir, 'journal'), kept, { recursive: true });

  await books.recover();
  const once = await books.read();
  cpSync(kept, join(dataDir, 'journal'), { recursive: true });
  await books.recover();
  const twice = await books.read();

  assert.equal(once.wallet.spent_usd, '0.000001520');
  assert.equal(once.wallet.leased_usd, '0.000000000');
  assert.deepEqual(once.endings, { a: 'completed', b: 'crashed', c: 'crashed', d: 'completed' });
  assert.equal(once.check.ok, true);
  assert.equal(once.check.generations, 4);
  assert.deepEqual(twice, once);
  assert.equal(existsSync(join(dataDir, 'journal', 'gone')), false);
});

test('a journal that is being written is left alone', async (t) => {
  const books = await openedBooks(t);
  writeJournal(books.dataDir, 'gone', [[begin(books, 'a')]]);

  await books.recover(['gone']);

  assert.equal(existsSync(join(books.dataDir, 'journal', 'gone')), true);
  assert.deepEqual((await books.read()).endings, {});
  assert.notEqual((await books.read()).wallet.leased_usd, '0.000000000');
});

test('wherever the last segment was torn, the whole records before count', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (cut) => {
      const books = await openedBooks(t);
      writeJournal(
        books.dataDir,
        'gone',
        [[begin(books, 'a'), end(books, 'a', '5')], [end(books, 'b', '7')]],
        new Uint8Array(),
      );
      const last = join(books.dataDir, 'journal/gone/00000002.seg');
      const bytes = readFileSync(last);
      const length = cut % (bytes.length + 1);
      writeFileSync(last, Buffer.concat([bytes.subarray(0, length), Buffer.alloc(100)]));

      await books.recover();

      const { wallet, check } = await books.read();
      assert.equal(wallet.spent_usd, length === bytes.length ? '0.000000012' : '0.000000005');
      assert.equal(check.ok, true);
      await books.close();
    }),
    { numRuns: 15 },
  );
});

test('a journal without records, and files that are no journal, hinder nobody', async (t) => {
  const books = await openedBooks(t);
  mkdirSync(join(books.dataDir, 'journal/empty'), { recursive: true });
  writeJournal(books.dataDir, 'zeros', [[]]);
  writeFileSync(join(books.dataDir, 'journal/note.txt'), 'x');
  writeFileSync(join(books.dataDir, 'journal/zeros/x.seg'), Buffer.alloc(1_000));

  await books.recover();

  assert.equal((await books.read()).check.ok, true);
  assert.equal(existsSync(join(books.dataDir, 'journal/empty')), false);
  assert.equal(existsSync(join(books.dataDir, 'journal/note.txt')), true);
});

test('a keeper has recovered before it serves', async (t) => {
  const books = await openedBooks(t);
  writeJournal(books.dataDir, 'gone', [[begin(books, 'a'), end(books, 'b', '40')]]);
  await books.close();

  const { socketPath } = await runningKeeper(t, books.dataDir, ['new']);

  const peer = await TestPeer.hello(t, socketPath, 'command', 'command');
  const wallet = await peer.command<Wallet>('wallet-show');
  assert.deepEqual([wallet.spent_usd, wallet.leased_usd], ['0.000000040', '0.000000000']);
});

type Books = Awaited<ReturnType<typeof openedBooks>>;

/** A store with a key whose gateway, `gone`, has leased 0.1 USD. */
async function openedBooks(t: TestContext) {
  const dataDir = freshDataDir(t);
  const { store, ...opened } = await openKeeper({ dataDir, keyPrefix: 'sk-fl-', catalogue });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (isOpen) await store.close();
    isOpen = false;
  };
  t.after(close);
  const context = { ...opened, store, randomBytes, heldOf: () => 0n, snapshot: opened.makeSnapshot };
  await runCommand(context, 'first-start', {});
  const [row] = await store.accounts.keys();
  assert.ok(row);
  const wallet = await store.accounts.wallet(row.workspace);
  assert.ok(wallet);
  await store.leases.keepAlive('gone', Date.now() + 60_000);
  const nothing = { have: 0n, target: 0n };
  const ask = { allowance: wallet.wallet, lease: 'lease-1', need: 100_000_000n, wanted: 100_000_000n, ...nothing };
  assert.equal((await store.leases.grant('gone', [ask], Date.now())).kind, 'granted');

  return {
    dataDir,
    close,
    ids: { workspace: row.workspace, key: row.id, lease: 'lease-1' },
    recover: (live: readonly string[] = []) =>
      recover({ store, dataDir, isLive: (id) => live.includes(id), now: Date.now, log: () => {} }, true),
    async read() {
      const rows = await Promise.all(['a', 'b', 'c', 'd'].map((each) => store.postings.generation(name(each))));
      const known = rows.flatMap((each) => (each ? [[each.generation.slice(-1), each.endReason] as const] : []));
      const shown = (await runCommand(context, 'wallet-show', {})) as Wallet;
      return { wallet: shown, endings: Object.fromEntries(known), check: await store.postings.check() };
    },
  };
}

function begin(books: Books, each: string) {
  return beginRecord({ ...books.ids, generation: name(each) });
}

function end(books: Books, each: string, charge: string) {
  return endRecord({ ...books.ids, generation: name(each), charge });
}

function name(each: string): string {
  return `gen-${each.repeat(26)}`;
}
