import { noUsage } from '#core/generation/usage.ts';
import type { BeginRecord, EndRecord, LossAccount } from '#core/journal/record.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { GenerationRow, PostingStore, PostResult } from '../store.ts';
import type { SealReceipts } from '../trust-store.ts';
import { checkBooks } from './check-books.ts';
import { addGenerations, findGeneration, listGenerations } from './generation-rows.ts';
import { judgeRecord } from './judge-record.ts';
import { findLeases } from './lease-rows.ts';
import { addMargins } from './margin-rows.ts';
import { noteOverruns } from './overrun-rows.ts';
import { PostingBatch } from './posting-batch.ts';
import { addReceiptBatch } from './receipt-rows.ts';
import { addLosses, addSettlements, findSettled, type NewLoss, type NewSettlement } from './settlement-rows.ts';
import type { Database, Sql } from './sql.ts';
import { addUsage } from './usage-rows.ts';
import { findWallets } from './wallet-rows.ts';
import { lockWindowsOf } from './window-rows.ts';

type Context = { readonly now: () => number; readonly newId: NewId };

type Posting = { readonly at: number; readonly newId: NewId; readonly seal: SealReceipts | undefined };

type Begun = Parameters<PostingStore['postCrashed']>[0][number];

export function makePostingStore(db: Database, { now, newId }: Context): PostingStore {
  return {
    post: (records, at, seal) => db.transaction((sql) => post(sql, { records, at, newId, seal })),
    postCrashed: (begun, at, seal) => db.transaction((sql) => postCrashed(sql, { begun, at, newId, seal })),
    generation: (id) => findGeneration(db, id),
    generations: (ask) => listGenerations(db, ask),
    check: () => db.snapshot((sql) => checkBooks(sql, now())),
  };
}

/** The rows of a batch, written together. */
type Rows = {
  readonly settlements: NewSettlement[];
  readonly losses: NewLoss[];
  readonly generations: GenerationRow[];
};

async function post(
  sql: Sql,
  { records, at, newId, seal }: Posting & { readonly records: readonly EndRecord[] },
): Promise<PostResult> {
  const fresh = await notSettled(sql, records, ({ generation }) => generation);
  if (fresh.length === 0) return { posted: 0, late: 0, wrong: 0 };
  const wallets = await findWallets(sql, [...new Set(fresh.map(({ workspace }) => workspace))]);
  const named = [...new Set(fresh.flatMap(({ uses }) => uses.map(({ lease }) => lease)))];
  await lockWindowsOf(sql, named);
  const batch = new PostingBatch(await findLeases(sql, named), newId);
  const rows: Rows = { settlements: [], losses: [], generations: [] };
  const result = { posted: fresh.length, late: 0, wrong: 0 };
  for (const record of fresh) {
    const kind = postOne(rows, batch, { record, wallet: wallets.get(record.workspace) });
    if (kind === 'late' || kind === 'wrong') result.late += 1;
    if (kind === 'wrong') result.wrong += 1;
  }
  await write(sql, rows, batch, { at, seal });
  return result;
}

/** Of records that name a generation twice the first one counts, and none of one that was settled before. */
async function notSettled<Record>(
  sql: Sql,
  records: readonly Record[],
  idOf: (record: Record) => string,
): Promise<readonly Record[]> {
  const byId = new Map<string, Record>();
  for (const record of records) if (!byId.has(idOf(record))) byId.set(idOf(record), record);
  const settled = await findSettled(sql, [...byId.keys()]);
  return [...byId].filter(([id]) => !settled.has(id)).map(([, record]) => record);
}

async function write(
  sql: Sql,
  { settlements, losses, generations }: Rows,
  batch: PostingBatch,
  { at, seal }: Pick<Posting, 'at' | 'seal'>,
) {
  await addSettlements(sql, settlements);
  await addLosses(sql, losses);
  const receipts = seal?.(generations, at);
  if (receipts) await addReceiptBatch(sql, receipts);
  await addGenerations(sql, generations, receipts?.id ?? null);
  await addUsage(sql, generations);
  await addMargins(sql, generations, settlements);
  await batch.carryOut(sql, at);
  await noteOverruns(sql, { generations, losses }, at);
}

function postOne(
  rows: Rows,
  batch: PostingBatch,
  { record, wallet }: { readonly record: EndRecord; readonly wallet: string | undefined },
): 'pays' | 'late' | 'wrong' {
  const judgement = judgeRecord(record, wallet, batch);
  const { generation } = record;
  const charge = BigInt(record.charge);
  const share = { cost: BigInt(record.cost ?? '0'), payee: record.payee };
  const payable = judgement.kind === 'pays' ? charge : 0n;
  if (judgement.kind === 'pays') for (const { lease, amount } of judgement.takes) batch.take(lease, amount);
  rows.settlements.push({
    ...record,
    wallet: wallet ?? null,
    lease: record.uses[0]?.lease ?? null,
    hold: BigInt(record.hold),
    estimate: null,
    charge,
    cost: share.cost,
    payee: record.payee ?? null,
    payable,
    state: 'settled',
    transfer: payable > 0n && wallet !== undefined ? batch.charge(wallet, { ...share, amount: payable }) : null,
    endedAt: record.at,
  });
  for (const [account, amount] of lossesOf(record)) {
    rows.losses.push({ generation, account, amount, transfer: batch.lose(account, amount) });
  }
  if (charge > payable) {
    // Whoever answered is owed its part all the same.
    const transfer = batch.loseCharge({ ...share, amount: charge });
    rows.losses.push({ generation, account: 'loss:late', amount: charge, transfer });
  }
  rows.generations.push({ ...record, payable: String(payable) });
  return judgement.kind;
}

/** What the operator bears, by account, as the gateway said. What came too late to be charged is the store's to say. */
function lossesOf(record: EndRecord): ReadonlyMap<LossAccount, Nano> {
  const losses = new Map<LossAccount, Nano>();
  for (const { account, amount: told } of record.losses) {
    const amount = BigInt(told);
    if (amount > 0n && account !== 'loss:late') losses.set(account, (losses.get(account) ?? 0n) + amount);
  }
  return losses;
}

async function postCrashed(
  sql: Sql,
  { begun, at, newId, seal }: Posting & { readonly begun: readonly Begun[] },
): Promise<PostResult> {
  const fresh = await notSettled(sql, begun, ({ begin }) => begin.generation);
  const wallets = await findWallets(sql, [...new Set(fresh.map(({ begin }) => begin.workspace))]);
  const batch = new PostingBatch(new Map(), newId);
  const rows: Rows = { settlements: [], losses: [], generations: [] };
  if (fresh.length === 0) return { posted: 0, late: 0, wrong: 0 };
  for (const { begin, estimate } of fresh) {
    const { generation } = begin;
    const hold = BigInt(begin.hold);
    rows.settlements.push({
      ...{
        generation,
        hold,
        estimate,
        wallet: wallets.get(begin.workspace) ?? null,
        lease: begin.holds[0]?.lease ?? null,
      },
      ...{ priceVersion: null, usage: noUsage, usageSource: 'estimated', state: 'released', endedAt: at },
      ...{ charge: 0n, cost: 0n, payee: null, payable: 0n, transfer: null },
    });
    if (hold > 0n) {
      const account = 'loss:unknown';
      rows.losses.push({ generation, account, amount: hold, transfer: batch.lose(account, hold) });
    }
    rows.generations.push(crashedRow(begin, at));
  }
  await write(sql, rows, batch, { at, seal });
  return { posted: fresh.length, late: 0, wrong: 0 };
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
