// Receipts and the log of promises in the store: on both engines.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NewLogEntry } from '#core/trust/log-entry.ts';
import type { PublicKey } from '#core/trust/public-key.ts';
import { registryEntries } from '#core/trust/registry-entries.ts';
import { judgeLog } from '#core/trust/verify-log.ts';
import { receiptProblems } from '#core/trust/verify-receipt.ts';
import type { CommandContext } from '#keeper/commands/command.ts';
import { showReceipt } from '#keeper/commands/receipts.ts';
import { proveLog } from '#keeper/commands/trust-log.ts';
import { TrustDesk } from '#keeper/trust/trust-desk.ts';
import { trustKeyOf, verifySignature } from '#keeper/trust/trust-key.ts';
import { sha256 } from '#store/sha256.ts';
import type { Store } from '#store/store.ts';
import { ask, begun, ended, granted, noon, onBoth, type StoreUnderTest, storeWith } from './store-under-test.ts';

const verifier = { sha256, verify: verifySignature };
const facts = { policy: () => 'strict-1', endpoint: () => ({ type: 'sandbox', seller: 'operator' }) };
const idOf = (index: number) => `gen-${String(index).padStart(26, '0')}`;

async function deskOf({ store, dataDir }: Pick<StoreUnderTest, 'store' | 'dataDir'>, trustKey?: string) {
  return await TrustDesk.open(store.trust, { dataDir, trustKey }, facts, noon);
}

async function keysOf(store: Store): Promise<ReadonlyMap<string, string>> {
  return new Map((await store.trust.keys()).map(({ id, publicKey }: PublicKey) => [id, publicKey]));
}

/** As a command has it, as far as these commands look. */
function contextOf(store: Store, trust?: TrustDesk): CommandContext {
  const context: Partial<CommandContext> = {
    store,
    ...(trust ? { trust } : {}),
    retention: { usageDays: 90 },
    now: () => noon,
  };
  return context as CommandContext;
}

async function judged(store: Store, earlier?: { readonly size: number; readonly root: string }) {
  const head = await store.trust.head();
  assert.ok(head);
  return judgeLog({ entries: await store.trust.entries(0, 1_000), head, earlier }, await keysOf(store), verifier);
}

onBoth('each posted generation has a receipt that proves what the usage log says, also one that crashed', async (t) => {
  const made = await storeWith(t, 1_000_000n);
  const { store, wallet, workspace } = made;
  const desk = await deskOf(made);
  await granted(store, ask(wallet, { need: 1_000n, wanted: 1_000n }));
  const lease = `lease-${wallet}`;
  const usage = { input: 3, cachedInput: 1, cacheWrite5m: 2, cacheWrite1h: 4, output: 9, reasoning: 5, images: 2 };
  const records = [0, 1, 2].map((index) =>
    ended(made, lease, { generation: idOf(index), at: noon + 0.5, startedAt: noon - 10.25, usage }),
  );
  const crashed = { begin: { ...begun(made, lease), generation: idOf(9) }, estimate: 1n };

  await store.postings.post(records, noon, desk.seal);
  await store.postings.post(records, noon, desk.seal);
  await store.postings.postCrashed([crashed], noon, desk.seal);

  for (const index of [0, 1, 2, 9]) {
    const receipt = await showReceipt(contextOf(store), {
      receipt: idOf(index).replace('gen', 'rcp'),
      within: workspace,
    });
    assert.ok(receipt, `${index}`);
    assert.deepEqual(receiptProblems(receipt, await keysOf(store), verifier), []);
  }
  const other = { receipt: idOf(0).replace('gen', 'rcp'), within: 'ws_other' };
  assert.equal(await showReceipt(contextOf(store), other), null, 'another workspace is told nothing');
});

onBoth('a usage log that was changed behind our back has no receipt any more', async (t) => {
  const made = await storeWith(t, 1_000_000n);
  const { store, wallet, behind } = made;
  const desk = await deskOf(made);
  await granted(store, ask(wallet, { need: 1_000n, wanted: 1_000n }));
  await store.postings.post([ended(made, `lease-${wallet}`, { generation: idOf(0) })], noon, desk.seal);

  await behind.change(`update generation set output = output + 1`);

  await assert.rejects(showReceipt(contextOf(store), { receipt: idOf(0).replace('gen', 'rcp') }), { name: 'Refused' });
});

onBoth('the log takes what is news, only grows, and proves both', async (t) => {
  const made = await storeWith(t, 0n);
  const { store, behind } = made;
  const desk = await deskOf(made);
  const endpoint = { model: 'm', provider: 'p', seller: 's', type: 'host', region: 'eu', quantization: 'fp8' };
  const upstream = { name: 'u', retentionDays: 30, trains: false, source: 'https://x', checked: '2026-11-01' } as const;
  const first = registryEntries([{ id: 'm@u', ...endpoint }], [upstream], []);
  await desk.enter(first, noon);
  const seen = await store.trust.head();
  assert.equal(seen?.size, 3, 'the key, the endpoint, the data policy');

  await desk.enter(first, noon + 1);
  assert.deepEqual(await store.trust.head(), seen, 'what was said before is no news');
  await desk.enter(registryEntries([{ id: 'm@u', ...endpoint, region: 'us' }], [upstream], []), noon + 2);
  await desk.enter(registryEntries([], [upstream], [{ kind: 'endpoint', subject: 'm@u' }]), noon + 3);

  assert.deepEqual(await store.trust.subjects('endpoint'), [], 'it is gone');
  assert.deepEqual(await store.trust.subjects('data-policy'), ['u']);
  assert.deepEqual(await judged(store, seen), { problems: [], unvouched: [] });
  const proof = await proveLog(contextOf(store, desk), { first: 3 });
  assert.ok('proof' in proof && proof.size === 5 && proof.proof?.length);
  assert.ok('problem' in (await proveLog(contextOf(store, desk), { entry: 5 })));
  assert.ok('problem' in (await proveLog(contextOf(store, desk), {})));
  await assert.rejects(behind.change(`update log_entry set body = '{}' where place = 1`));
  await assert.rejects(behind.change('delete from log_entry where place = 4'));

  await behind.tamper(`update log_entry set body = '{"region":"eu"}' where place = 1`);
  assert.ok((await judged(store)).problems.length > 0, 'a past that was changed all the same is seen');
});

onBoth('many who append at once make one log', async (t) => {
  const made = await storeWith(t, 0n);
  const desk = await deskOf(made);
  const entry = (index: number): NewLogEntry => ({ kind: 'endpoint', subject: `e${index % 10}`, body: { at: index } });

  await Promise.all(Array.from({ length: 30 }, (_, index) => desk.enter([entry(index)], noon)));

  assert.equal((await made.store.trust.head())?.size, 31);
  assert.deepEqual(await judged(made.store), { problems: [], unvouched: [] });
});

onBoth('a log that was begun before its peaks were kept grows on as it was', async (t) => {
  const made = await storeWith(t, 0n);
  const desk = await deskOf(made);
  const entry = (index: number): NewLogEntry => ({ kind: 'endpoint', subject: `e${index}`, body: { at: index } });
  for (const index of [1, 2, 3, 4]) await desk.enter([entry(index)], noon);
  await made.behind.change(`update log_head set peaks = ''`);

  for (const index of [5, 6]) await desk.enter([entry(index)], noon);

  assert.equal((await made.store.trust.head())?.size, 7);
  assert.deepEqual(await judged(made.store), { problems: [], unvouched: [] });
});

onBoth('another key signs from now on, vouched for by the one before, and old proofs stay good', async (t) => {
  const made = await storeWith(t, 1_000_000n);
  const { store, wallet, dataDir } = made;
  const desk = await deskOf(made);
  await granted(store, ask(wallet, { need: 1_000n, wanted: 1_000n }));
  await store.postings.post([ended(made, `lease-${wallet}`, { generation: idOf(0) })], noon, desk.seal);
  const before = await store.trust.head();
  const path = join(dataDir, 'secrets/trust-key');
  const oldSeed = readFileSync(path);

  const { id, previous } = await desk.rotate(noon + 1);
  await store.postings.post([ended(made, `lease-${wallet}`, { generation: idOf(1) })], noon, desk.seal);

  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(!readFileSync(path).equals(oldSeed), 'the old private half is gone');
  assert.deepEqual(await judged(store, before), { problems: [], unvouched: [] });
  const signers = [];
  for (const index of [0, 1]) {
    const receipt = await showReceipt(contextOf(store), { receipt: idOf(index).replace('gen', 'rcp') });
    assert.ok(receipt);
    assert.deepEqual(receiptProblems(receipt, await keysOf(store), verifier), []);
    signers.push(receipt.batch.key);
  }
  assert.deepEqual(signers, [previous, id]);
  assert.deepEqual(
    (await store.trust.keys()).map(({ until }) => until),
    [noon + 1, null],
  );
  assert.equal((await deskOf(made)).keyId, id, 'the next start signs with it, too');
});

onBoth('a rotation that was cut off is done where the log knows the key, and else was none', async (t) => {
  const made = await storeWith(t, 0n);
  const { keyId } = await deskOf(made);
  const next = join(made.dataDir, 'secrets/trust-key.next');
  const seed = randomBytes(32);
  writeFileSync(next, seed);

  assert.equal((await deskOf(made)).keyId, keyId);
  assert.ok(!existsSync(next));

  writeFileSync(next, seed);
  const { id, publicKey } = trustKeyOf(seed);
  await made.store.trust.addKey({ id, publicKey, since: noon, until: null });
  assert.equal((await deskOf(made)).keyId, keyId, 'a key that only stands in the list is not entered yet');

  writeFileSync(next, seed);
  const entry = { kind: 'key' as const, subject: id, body: { public: publicKey } };
  const sign = (head: { readonly size: number; readonly root: string; readonly at: number }) => ({
    ...head,
    key: id,
    signature: 'by it',
  });
  await made.store.trust.append([entry], noon, sign);
  assert.equal((await deskOf(made)).keyId, id);
});

onBoth('a key whose entry was cut off is entered at the next start', async (t) => {
  const made = await storeWith(t, 0n);
  const seed = randomBytes(32);
  mkdirSync(join(made.dataDir, 'secrets'), { recursive: true });
  writeFileSync(join(made.dataDir, 'secrets/trust-key'), seed, { mode: 0o600 });
  const { id, publicKey } = trustKeyOf(seed);
  await made.store.trust.addKey({ id, publicKey, since: noon, until: null });

  assert.equal((await deskOf(made)).keyId, id);

  const entries = await made.store.trust.entriesOf('key');
  assert.deepEqual(
    entries.map(({ subject }) => subject),
    [id],
  );
});

onBoth('a replica with a key of its own is seen to stand on nobody’s word', async (t) => {
  const made = await storeWith(t, 0n);
  await deskOf(made);
  const given = await deskOf(made, randomBytes(32).toString('hex'));

  assert.deepEqual(await judged(made.store), { problems: [], unvouched: [given.keyId] });
  assert.equal(given.isGiven, true);
});
