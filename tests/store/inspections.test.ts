// Inspection windows with a clock that the test holds, on both engines: two persons, an hour, so many requests, a day.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { seal } from '#gateway/inspection/seal.ts';
import { InspectionDesk } from '#keeper/inspection/inspection-desk.ts';
import { WindowKeys } from '#keeper/inspection/window-key.ts';
import { TrustDesk } from '#keeper/trust/trust-desk.ts';
import { readBackup, writeBackup } from '#store/copy/backup-file.ts';
import type { NewInspection } from '#store/inspection-store.ts';
import { openStore } from '#store/open-store.ts';
import { freshPlace, newKey, noon, onBoth } from './store-under-test.ts';

const minute = 60_000;
const hour = 60 * minute;
const marked = 'mark of a secret plan';

onBoth('a window takes two persons, ends after its minutes, and its key is gone a day later', async (t, engine) => {
  const { desk, clock, store, workspace, keys, place } = await opened(t);
  const row = await desk.propose({ ...asking, workspace });

  assert.equal(await desk.confirm(row.id, asking.proposedBy), undefined);
  assert.equal((await store.inspections.find(row.id))?.state, 'proposed');
  const confirmed = await desk.confirm(row.id, 'pe_two');
  assert.equal(confirmed?.state, 'open');
  assert.equal(confirmed?.endsAt, noon + hour);

  assert.equal(await capture(store, confirmed, 'gen-1', clock.now), true);
  const backup = join(place.dataDir, 'taken-meanwhile');
  await writeBackup(place, backup, {}, noon);
  // Of what lies in the store nothing is to be read.
  assert.ok(!JSON.stringify(await store.inspections.captures(row.id)).includes(marked));

  clock.now = noon + hour - 1;
  assert.ok((await callerOf(store, clock.now))?.inspection);
  clock.now = noon + hour;
  assert.equal((await callerOf(store, clock.now))?.inspection, null);
  assert.equal(await capture(store, confirmed, 'gen-2', clock.now), false);
  await desk.tick();
  assert.equal((await store.inspections.find(row.id))?.state, 'closed');

  clock.now = noon + 25 * hour - 1;
  await desk.tick();
  const kept = await store.inspections.findCapture((await store.inspections.captures(row.id))[0]?.id ?? '');
  assert.ok(kept);
  const closed = await store.inspections.find(row.id);
  assert.ok(closed);
  assert.equal((await desk.look(closed, kept, asking.proposedBy))?.request.toString(), marked);

  clock.now = noon + 25 * hour;
  await desk.tick();
  assert.equal((await store.inspections.find(row.id))?.state, 'destroyed');
  assert.deepEqual(await store.inspections.captures(row.id), []);
  assert.deepEqual(keys.held(), []);
  assert.equal(await desk.look(closed, kept, asking.proposedBy), undefined);
  assert.equal(keys.open({ inspection: row.id, generation: 'gen-1', sealed: kept.sealed }), undefined);
  // The looks and the window itself stay, for a year.
  assert.equal((await store.inspections.looks(row.id)).length, 1);

  if (engine === 'sqlite') await backupOpensNothing(t, backup, row.id);
  clock.now = noon + 25 * hour + 366 * 24 * hour;
  await desk.tick();
  assert.equal(await store.inspections.find(row.id), undefined);
});

onBoth('a window takes so many requests over all gateways, and closes with the last', async (t) => {
  const { desk, clock, store, workspace } = await opened(t);
  const { id } = await desk.propose({ ...asking, requestsMax: 3, workspace });
  const row = await desk.confirm(id, 'pe_two');
  const before = await store.changes.head();

  const taken = await Promise.all(
    Array.from({ length: 8 }, (_, index) => capture(store, row, `gen-${index}`, clock.now)),
  );

  assert.equal(taken.filter(Boolean).length, 3);
  const closed = await store.inspections.find(id);
  assert.deepEqual([closed?.state, closed?.captured], ['closed', 3]);
  // Gateways hear of it.
  assert.ok((await store.changes.head()) > before);
});

onBoth('one workspace has one window at a time, and no other workspace has any of it', async (t) => {
  const { desk, store, workspace, clock } = await opened(t);
  const made = await store.accounts.createWorkspace({ name: 'other', creditNano: 0n, now: noon });
  assert.ok(made !== 'taken');
  await store.accounts.createKey(newKey(made.id, { hash: 'bb' }));
  const [one, two] = [await desk.propose({ ...asking, workspace }), await desk.propose({ ...asking, workspace })];
  await desk.confirm(one.id, 'pe_two');

  assert.equal((await desk.confirm(two.id, 'pe_two'))?.state, 'asked');

  assert.equal((await callerOf(store, clock.now))?.inspection?.id, one.id);
  assert.equal((await callerOf(store, clock.now, 'bb'))?.inspection, null);
});

onBoth('a workspace that wants to be asked decides; what nobody answers ends by itself', async (t) => {
  const { desk, store, workspace, clock } = await opened(t);
  const asked = await desk.propose({ ...asking, consent: 'ask', workspace });
  const waiting = await desk.confirm(asked.id, 'pe_two');
  assert.equal(waiting?.state, 'asked');
  assert.equal((await callerOf(store, clock.now))?.inspection, null);
  assert.ok(waiting);
  assert.equal(await desk.open(waiting, 'pe_owner'), true);
  assert.equal((await store.inspections.find(asked.id))?.consentedBy, 'pe_owner');

  const forgotten = await desk.propose({ ...asking, consent: 'ask', workspace });
  clock.now = noon + 72 * hour;
  await desk.tick();
  assert.equal((await store.inspections.find(forgotten.id))?.state, 'refused');
});

onBoth('where abuse is looked into the workspace hears of it after the stated delay; else at once', async (t) => {
  const { desk, store, workspace, clock } = await opened(t);
  const told = async () =>
    (await store.audit.newest(workspace, 1_000, 10)).map(({ action, target }) => [action, target]);
  const abuse = await desk.propose({ ...asking, reason: 'abuse', workspace });
  await desk.confirm(abuse.id, 'pe_two');
  assert.deepEqual(await told(), []);
  assert.equal((await store.inspections.find(abuse.id))?.tellAt, noon + 24 * hour);

  // Its end, and the end of its key, do not tell sooner, nor hinder it.
  clock.now = noon + 24 * hour - 1;
  await desk.tick();
  assert.deepEqual(await told(), []);
  clock.now = noon + 24 * hour;
  await desk.tick();
  assert.deepEqual(await told(), [['inspection-opened', abuse.id]]);

  const debug = await desk.propose({ ...asking, reason: 'debug', workspace });
  await desk.confirm(debug.id, 'pe_two');
  assert.deepEqual((await told())[0], ['inspection-opened', debug.id]);
});

onBoth('the log of promises has each opening, look and destruction, and names nobody', async (t) => {
  const { desk, store, workspace, clock } = await opened(t);
  const { id } = await desk.propose({
    ...asking,
    ticket: 'HELP-77',
    proposedBy: desk.pseudonym('person-1'),
    workspace,
  });
  const row = await desk.confirm(id, desk.pseudonym('person-2'));
  assert.ok(row);
  await capture(store, row, 'gen-1', clock.now);
  const sealed = await store.inspections.findCapture((await store.inspections.captures(id))[0]?.id ?? '');
  assert.ok(sealed);
  await desk.look(row, sealed, desk.pseudonym('person-2'));
  await desk.look(row, sealed, desk.pseudonym('person-2'));
  await desk.close(row, { scope: 'operator', person: desk.pseudonym('person-1') });
  clock.now += 24 * hour;
  await desk.tick();

  const entries = await store.trust.entriesOf('inspection');

  const events = entries.map(({ body }) => (body as { event: string }).event);
  assert.deepEqual(events, ['opened', 'looked', 'looked', 'closed', 'destroyed']);
  assert.ok(entries.every(({ subject }) => subject === id));
  const text = JSON.stringify(entries);
  for (const name of [workspace, 'default', 'HELP-77', 'person-1', 'person-2', 'gen-1', marked])
    assert.ok(!text.includes(name), name);
  // Who knows a person and the pepper can tell that it was this person.
  assert.ok(text.includes(desk.pseudonym('person-2')));
});

const asking: Omit<NewInspection, 'workspace' | 'proposedAt'> = {
  reason: 'debug',
  consent: 'tell',
  ticket: 'HELP-1',
  minutes: 60,
  requestsMax: 20,
  proposedBy: 'pe_one',
};

async function opened(t: TestContext) {
  const place = await freshPlace(t);
  const clock = { now: noon };
  const store = await openStore({ ...place, now: () => clock.now });
  t.after(() => store.close());
  const made = await store.accounts.createWorkspace({ name: 'default', creditNano: 0n, now: noon });
  assert.ok(made !== 'taken');
  await store.accounts.createKey(newKey(made.id));
  const facts = { policy: () => null, endpoint: () => undefined };
  const desk = new InspectionDesk({
    ...{ store, dataDir: place.dataDir, pepper: Buffer.alloc(32, 7), randomBytes, now: () => clock.now },
    trust: await TrustDesk.open(store.trust, place, facts, noon),
    settings: { allowed: true, abuseDelayMs: 24 * hour },
  });
  return { desk, clock, store, workspace: made.id, keys: new WindowKeys(place.dataDir), place };
}

type Opened = Awaited<ReturnType<typeof opened>>['store'];

async function callerOf(store: Opened, now: number, hash = 'aa') {
  const { found } = await store.accounts.callerByHash(hash, now);
  return found.state === 'known' ? found : undefined;
}

type Row = { readonly id: string; readonly publicKey: string | null } | undefined;

async function capture(store: Opened, row: Row, generation: string, at: number): Promise<boolean> {
  const head = Buffer.alloc(4);
  head.writeUInt32BE(marked.length);
  const bytes = Buffer.concat([head, Buffer.from(`${marked}and its answer`)]);
  const inspection = row?.id ?? '';
  const sealed = seal(bytes, row?.publicKey ?? '', { inspection, generation });
  assert.ok(!Buffer.from(sealed, 'base64url').includes(marked));
  const sizes = { requestBytes: marked.length, answerBytes: 14 };
  return await store.inspections.capture({ inspection, generation, at, ...sizes, sealed });
}

/** A copy that was taken while the window was open has the sealed bytes, and nothing that opens them. */
async function backupOpensNothing(t: TestContext, backup: string, id: string): Promise<void> {
  const place = { dataDir: (await freshPlace(t)).dataDir };
  const nothing = () => {};
  await readBackup(backup, place, { judgeAge: nothing, keep: nothing, keysOfPeople: () => ({}), tell: nothing });
  const restored = await openStore({ ...place, now: () => noon });
  t.after(() => restored.close());
  const [left] = await restored.inspections.captures(id);
  const sealed = await restored.inspections.findCapture(left?.id ?? '');
  assert.ok(sealed);
  assert.deepEqual(
    readdirSync(place.dataDir).filter((name) => name === 'secrets'),
    [],
  );
  const keys = new WindowKeys(place.dataDir);
  assert.equal(keys.open({ inspection: id, generation: sealed.generation, sealed: sealed.sealed }), undefined);
}

onBoth('of two answers to one window the first holds: its key stays, and the other writes nothing down', async (t) => {
  const { desk, store, workspace, keys } = await opened(t);
  const proposed = await desk.propose({ ...asking, consent: 'ask', workspace });
  const row = await desk.confirm(proposed.id, 'pe_two');
  assert.equal(row?.state, 'asked');
  if (!row) return;

  const answers = await Promise.all([
    desk.open(row, 'per_owner'),
    desk.open(row, 'per_admin'),
    desk.refuse(row, { scope: workspace, person: 'per_admin' }),
  ]);

  assert.deepEqual(answers, [true, false, false]);
  const open = await store.inspections.find(row.id);
  assert.deepEqual([open?.state, open?.consentedBy], ['open', 'per_owner']);
  assert.deepEqual(keys.held(), [row.id]);
  assert.equal(await capture(store, open, 'gen-1', noon), true);
  const written = (await store.audit.entries(workspace, 0, 100)).map(({ action }) => action);
  assert.deepEqual(
    written.filter((action) => /consented|refused/.test(action)),
    ['inspection-consented'],
  );
});
