import type { DatabaseSync } from 'node:sqlite';
import { noUsage } from '#core/generation/usage.ts';
import type { BeginRecord, EndRecord, LossAccount } from '#core/journal/record.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { GenerationRow, PostingStore, PostResult } from '../store.ts';
import { type BookTransfer, makeBookTransfer } from './book-transfer.ts';
import { checkBooks } from './check-books.ts';
import { makeGenerationRows } from './generation-rows.ts';
import { inTransaction } from './in-transaction.ts';
import { judgeRecord } from './judge-record.ts';
import type { LeaseTables } from './lease-store.ts';
import { PostingBatch } from './posting-batch.ts';
import { makeSettlementRows } from './settlement-rows.ts';
import { makeFindWallet } from './wallet-rows.ts';

type Tables = {
  readonly leases: LeaseTables;
  readonly settlements: ReturnType<typeof makeSettlementRows>;
  readonly generations: ReturnType<typeof makeGenerationRows>;
  readonly findWallet: (workspace: string) => string | undefined;
  readonly book: BookTransfer;
  readonly newId: NewId;
};

/** Where the store lies, and what it takes from outside. */
export type StoreContext = { readonly dataDir: string; readonly now: () => number; readonly newId: NewId };

type Begun = Parameters<PostingStore['postCrashed']>[0][number];

export function makePostingStore(
  db: DatabaseSync,
  { dataDir, now, newId, leases }: StoreContext & { readonly leases: LeaseTables },
): PostingStore {
  const settlements = makeSettlementRows(db);
  const generations = makeGenerationRows(db);
  const findWallet = makeFindWallet(db);
  const tables: Tables = { leases, settlements, generations, findWallet, book: makeBookTransfer(db), newId };
  return {
    async post(records, at) {
      return inTransaction(db, () => post(tables, records, at));
    },
    async postCrashed(begun, at) {
      return inTransaction(db, () => postCrashed(tables, begun, at));
    },
    async generation(id) {
      return generations.find(id);
    },
    async check() {
      return await checkBooks(dataDir, now());
    },
  };
}

function post(tables: Tables, records: readonly EndRecord[], now: number): PostResult {
  const batch = new PostingBatch(tables.leases, tables.newId);
  const wallets = new Map<string, string | undefined>();
  const result = { posted: 0, late: 0, wrong: 0 };
  for (const record of records) {
    if (!wallets.has(record.workspace)) wallets.set(record.workspace, tables.findWallet(record.workspace));
    const kind = postOne(tables, batch, { record, wallet: wallets.get(record.workspace) });
    if (kind !== 'known') result.posted += 1;
    if (kind === 'late' || kind === 'wrong') result.late += 1;
    if (kind === 'wrong') result.wrong += 1;
  }
  batch.carryOut(tables.book, now);
  return result;
}

function postOne(
  { settlements, generations }: Tables,
  batch: PostingBatch,
  { record, wallet }: { readonly record: EndRecord; readonly wallet: string | undefined },
): 'known' | 'pays' | 'late' | 'wrong' {
  const judgement = judgeRecord(record, wallet, batch);
  const charge = BigInt(record.charge);
  const payable = judgement.kind === 'pays' ? charge : 0n;
  const isNew = settlements.add({
    ...record,
    wallet: wallet ?? null,
    lease: record.uses[0]?.lease ?? null,
    hold: BigInt(record.hold),
    estimate: null,
    charge,
    payable,
    state: 'settled',
    transfer: payable > 0n && wallet !== undefined ? batch.chargeOf(wallet) : null,
    endedAt: record.at,
  });
  if (!isNew) return 'known';
  if (judgement.kind === 'pays') for (const { lease, amount } of judgement.takes) batch.take(lease, amount);
  if (payable > 0n && wallet !== undefined) batch.charge(wallet, payable);
  for (const [account, amount] of lossesOf(record, charge - payable)) {
    const transfer = batch.lose(account, amount);
    settlements.addLoss({ generation: record.generation, account, amount, transfer });
  }
  generations.add({ ...record, payable: String(payable) });
  return judgement.kind;
}

/** What the operator bears, by account: what the gateway said, and what came too late to be charged. */
function lossesOf(record: EndRecord, late: Nano): ReadonlyMap<LossAccount, Nano> {
  const losses = new Map<LossAccount, Nano>();
  const told = record.losses.map(({ account, amount }) => [account, BigInt(amount)] as const);
  for (const [account, amount] of [...told, ['loss:late', late] as const]) {
    if (amount > 0n) losses.set(account, (losses.get(account) ?? 0n) + amount);
  }
  return losses;
}

function postCrashed(tables: Tables, begun: readonly Begun[], now: number): PostResult {
  const batch = new PostingBatch(tables.leases, tables.newId);
  let posted = 0;
  for (const { begin, estimate } of begun) if (postOneCrashed(tables, batch, { begin, estimate, now })) posted += 1;
  batch.carryOut(tables.book, now);
  return { posted, late: 0, wrong: 0 };
}

function postOneCrashed(
  { settlements, generations, findWallet }: Tables,
  batch: PostingBatch,
  { begin, estimate, now }: Begun & { readonly now: number },
): boolean {
  const { generation } = begin;
  const hold = BigInt(begin.hold);
  const isNew = settlements.add({
    generation,
    wallet: findWallet(begin.workspace) ?? null,
    lease: begin.holds[0]?.lease ?? null,
    priceVersion: null,
    usage: noUsage,
    usageSource: 'estimated',
    hold,
    estimate,
    charge: 0n,
    payable: 0n,
    state: 'released',
    transfer: null,
    endedAt: now,
  });
  if (!isNew) return false;
  if (hold > 0n) {
    const transfer = batch.lose('loss:unknown', hold);
    settlements.addLoss({ generation, account: 'loss:unknown', amount: hold, transfer });
  }
  generations.add(crashedRow(begin, now));
  return true;
}

function crashedRow(begin: BeginRecord, now: number): GenerationRow {
  return {
    generation: begin.generation,
    startedAt: begin.at,
    at: now,
    workspace: begin.workspace,
    key: begin.key,
    model: begin.model,
    surface: begin.surface,
    stream: false,
    status: 0,
    endReason: 'crashed',
    fault: null,
    endpoint: null,
    priceVersion: null,
    usage: noUsage,
    usageSource: 'estimated',
    disputed: false,
    hold: begin.hold,
    charge: '0',
    payable: '0',
    attempts: [],
    plan: [],
    excluded: [],
    upstreamProtocol: null,
    dropped: [],
    splices: [],
    firstContentMs: null,
    clampedTo: null,
  };
}
