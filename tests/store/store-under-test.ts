import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { noUsage } from '#core/generation/usage.ts';
import type { BeginRecord, EndRecord } from '#core/journal/record.ts';
import { openStore } from '#store/open-store.ts';
import type { GrantAsk, GrantedLease, NewKey, Store } from '#store/store.ts';

/** A Monday, 12:00 UTC. */
export const noon = Date.UTC(2026, 10, 2, 12);

export function freshDataDir(t: Pick<TestContext, 'after'>): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'store-'));
  t.after(() => rmSync(dataDir, { recursive: true, force: true }));
  return dataDir;
}

export type StoreUnderTest = {
  readonly store: Store;
  readonly dataDir: string;
  readonly workspace: string;
  readonly wallet: string;
};

/** A store with a workspace that has this much credit, and the instance `g1`. */
export async function storeWith(t: Pick<TestContext, 'after'>, creditNano: bigint): Promise<StoreUnderTest> {
  const dataDir = freshDataDir(t);
  const store = await openStore({ dataDir, now: () => noon });
  t.after(() => store.close());
  const made = await store.accounts.createWorkspace({ name: 'default', creditNano, now: noon });
  assert.ok(made !== 'taken');
  const row = await store.accounts.wallet(made.id);
  assert.ok(row);
  assert.equal(await store.leases.keepAlive('g1', noon + 60_000), true);
  return { store, dataDir, workspace: made.id, wallet: row.wallet };
}

export function newKey(workspace: string, over: Partial<NewKey> = {}): NewKey {
  const limits = { limitNano: null, limitRequests: null, reset: 'never', expiresAt: null } as const;
  return { name: 'key', workspace, hash: 'aa', hint: 'abcd', now: noon, ...limits, ...over };
}

export function ask(allowance: string, over: Partial<GrantAsk> = {}): GrantAsk {
  const need = over.need ?? over.wanted ?? 1n;
  return { allowance, lease: `lease-${allowance}`, have: 0n, need, wanted: need, target: 0n, ...over };
}

/** The one lease that this ask is granted. */
export async function granted(store: Store, want: GrantAsk, instance = 'g1', now = noon): Promise<GrantedLease> {
  const result = await store.leases.grant(instance, [want], now);
  assert.equal(result.kind, 'granted');
  const [lease] = result.kind === 'granted' ? result.leases : [];
  assert.ok(lease);
  return lease;
}

/** A generation of this charge against this lease. */
export function ended(
  { workspace }: Pick<StoreUnderTest, 'workspace'>,
  lease: string,
  over: Partial<EndRecord> = {},
): EndRecord {
  const charge = over.charge ?? '10';
  return {
    kind: 'end',
    generation: 'gen-1',
    startedAt: noon - 1_000,
    at: noon,
    workspace,
    key: 'key_1',
    model: 'sandbox/echo',
    surface: '/v1/chat/completions',
    stream: true,
    status: 200,
    endReason: 'completed',
    fault: null,
    endpoint: 'sandbox/echo@sandbox',
    priceVersion: 'prc_1',
    usage: { ...noUsage, input: 10, output: 5 },
    usageSource: 'reported',
    disputed: false,
    hold: '1000000',
    charge,
    uses: charge === '0' ? [] : [{ lease, amount: charge }],
    losses: [],
    attempts: [
      { endpoint: 'sandbox/echo@sandbox', provider: 'sandbox', region: 'local', status: 200, verdict: 'ok', ms: 5 },
    ],
    plan: [{ endpoint: 'sandbox/echo@sandbox', why: 'first' }],
    excluded: [{ endpoint: 'sandbox/echo@other', why: 'unaffordable' }],
    upstreamProtocol: 'openai-chat',
    dropped: ['seed'],
    splices: ['model'],
    firstContentMs: 4.25,
    clampedTo: null,
    ...over,
  };
}

export function begun({ workspace }: Pick<StoreUnderTest, 'workspace'>, lease: string): BeginRecord {
  return {
    kind: 'begin',
    generation: 'gen-begun',
    at: noon - 5_000,
    workspace,
    key: 'key_1',
    model: 'sandbox/echo',
    surface: '/v1/chat/completions',
    holds: [{ lease, amount: '500' }],
    hold: '500',
    inputCharge: '20',
  };
}

/** Looks into the file, or changes it, behind the store's back. */
export function raw<Result>(dataDir: string, work: (db: DatabaseSync) => Result): Result {
  using db = new DatabaseSync(join(dataDir, 'main.db'), { enableForeignKeyConstraints: false, timeout: 5_000 });
  return work(db);
}

export async function assertBooksAreRight(store: Store): Promise<void> {
  assert.deepEqual((await store.postings.check()).problems, []);
}
