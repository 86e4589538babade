import type { EndRecord } from '#core/journal/record.ts';
import { heldCharge, holdTransfer, releaseTransfer, type Share, upstreamLoss } from '#core/ledger/known-transfers.ts';
import { maxNano, type Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { NewOperation, OperationRow, OperationStore } from '../operation-store.ts';
import type { GenerationRow } from '../store.ts';
import type { SealReceipts } from '../trust-store.ts';
import { raiseWallet } from './allowance-rows.ts';
import { bookTransfers } from './book-transfers.ts';
import { announce } from './change-store.ts';
import { addGenerations } from './generation-rows.ts';
import { lowerWallet } from './lower-wallet.ts';
import { addUses, giveBackUses, takeOfLimits } from './operation-uses.ts';
import { noteOverruns } from './overrun-rows.ts';
import { amount, text, textOrNull, whole, word } from './read-row.ts';
import { addReceiptBatch } from './receipt-rows.ts';
import { addLosses, addSettlements, findSettled, type NewLoss, type NewSettlement } from './settlement-rows.ts';
import { type Database, must, type Row, type Sql } from './sql.ts';
import { addUsage } from './usage-rows.ts';
import { findWallets } from './wallet-rows.ts';

const columns =
  'id, workspace, key, kind, upstream, object, amount, items, endpoint, price_version, service_tier, input_estimate, created_at, expires_at';
const dueMax = 20;

export function makeOperationStore(db: Database, newId: NewId): OperationStore {
  return {
    open: (operation) => db.transaction((sql) => open(sql, operation, newId)),
    async name(id, object, now) {
      const values = { id, object, now };
      await db.run(`update operation set object = :object, ask_at = :now where id = :id and state = 'open'`, values);
    },
    async runs(workspace, object) {
      const values = { workspace, object };
      const row = await db.one(
        `select ${columns} from operation where workspace = :workspace and object = :object and state = 'open'`,
        values,
      );
      return row && toOperation(row);
    },
    due: (now, until) => db.transaction((sql) => due(sql, now, until)),
    post: (id, records, now, seal) => db.transaction((sql) => post(sql, { id, records, now, newId, seal })),
    end: (id, now) => db.transaction((sql) => end(sql, { id, now, newId })),
  };
}

async function open(sql: Sql, operation: NewOperation, newId: NewId): ReturnType<OperationStore['open']> {
  const { id, workspace, key, kind, upstream, amount: set, items, endpoint, priceVersion, now } = operation;
  const { serviceTier, inputEstimate, createdAt, expiresAt, nameBy } = operation;
  const wallet = await walletOf(sql, workspace);
  const short = await takeOfLimits(sql, { wallet, set, operation });
  if (short) return short;
  await sql.run(
    `insert into operation
       (id, workspace, key, kind, upstream, amount, items, endpoint, price_version, service_tier, input_estimate, state,
        created_at, expires_at, ask_at)
     values (:id, :workspace, :key, :kind, :upstream, :set, :items, :endpoint, :priceVersion, :serviceTier, :inputEstimate,
       'open', :createdAt, :expiresAt, :nameBy)`,
    {
      ...{ id, workspace, key, kind, upstream, set, items, endpoint, priceVersion },
      ...{ serviceTier, inputEstimate, createdAt, expiresAt, nameBy },
    },
  );
  if (set > 0n) {
    await lowerWallet(sql, wallet, set, now);
    await bookTransfers(sql, [{ id: newId('tr'), transfer: holdTransfer(wallet, id, set), reference: id }], now);
  }
  await addUses(sql, operation);
  await announce(sql, 'workspace', workspace, now);
  return { kind: 'opened' };
}

/** Of several gateways that ask at once each operation is one's. */
async function due(sql: Sql, now: number, until: number): Promise<readonly OperationRow[]> {
  const rows = await sql.all(
    `select ${columns} from operation where state = 'open' and ask_at <= :now order by ask_at, id limit :most ${sql.forUpdate}`,
    { now, most: dueMax },
  );
  const ids = rows.map((row) => text(row, 'id'));
  if (ids.length > 0) await sql.run('update operation set ask_at = :until where id in (:ids*)', { until, ids });
  return rows.map(toOperation);
}

type Posting = {
  readonly id: string;
  readonly records: readonly EndRecord[];
  readonly now: number;
  readonly newId: NewId;
  readonly seal: SealReceipts | undefined;
};

/** The operation's row is the lock: two that settle the same items settle them once. */
async function post(sql: Sql, posting: Posting): ReturnType<OperationStore['post']> {
  const { id, records, now, newId, seal } = posting;
  const operation = await lockOperation(sql, id);
  if (!operation) return { posted: 0, overrun: 0n };
  const settled = await findSettled(
    sql,
    records.map(({ generation }) => generation),
  );
  const fresh = records.filter(({ generation }) => !settled.has(generation));
  if (fresh.length === 0) return { posted: 0, overrun: 0n };
  const wallet = await walletOf(sql, operation.workspace);
  const items = judgeItems(fresh, await heldBy(sql, id), { id, wallet, newId });
  await addSettlements(sql, items.settlements);
  await addLosses(sql, items.losses);
  const receipts = seal?.(items.generations, now);
  if (receipts) await addReceiptBatch(sql, receipts);
  await addGenerations(sql, items.generations, receipts?.id ?? null);
  await addUsage(sql, items.generations);
  const charged = items.shares.reduce((sum, share) => sum + share.amount, 0n);
  const overrun = lostTo('loss:overrun', items.losses);
  const unknown = lostTo('loss:unknown', items.losses);
  if (charged > 0n) await spendFromHold(sql, wallet, charged);
  await bookTransfers(
    sql,
    [
      ...(charged > 0n ? [{ id: items.charge, transfer: heldCharge(id, items.shares), reference: id }] : []),
      ...(overrun > 0n ? [{ id: items.loss, transfer: upstreamLoss('loss:overrun', overrun), reference: id }] : []),
      ...(unknown > 0n ? [{ id: items.unknown, transfer: upstreamLoss('loss:unknown', unknown), reference: id }] : []),
    ],
    now,
  );
  await noteOverruns(sql, items, now);
  await announce(sql, 'workspace', operation.workspace, now);
  return { posted: fresh.length, overrun };
}

/** Each pays what is left of the hold at most; what nobody can tell the cost of, nothing. */
function judgeItems(
  records: readonly EndRecord[],
  held: Nano,
  { id, wallet, newId }: { readonly id: string; readonly wallet: string; readonly newId: NewId },
) {
  const [charge, loss, unknown] = [newId('tr'), newId('tr'), newId('tr')];
  const settlements: NewSettlement[] = [];
  const losses: NewLoss[] = [];
  const generations: GenerationRow[] = [];
  const shares: Share[] = [];
  let left = held;
  for (const record of records) {
    const asked = BigInt(record.charge);
    const paid = asked < left ? asked : left;
    const isLost = record.endReason === 'crashed';
    // Of a batch all of it is held for as one.
    const hold = maxNano(asked, BigInt(record.hold));
    left -= paid;
    const told = BigInt(record.cost ?? '0');
    const cost = told < paid ? told : paid;
    if (paid > 0n) shares.push({ amount: paid, cost, payee: record.payee });
    if (asked > paid)
      losses.push({ generation: record.generation, account: 'loss:overrun', amount: asked - paid, transfer: loss });
    for (const { account, amount } of record.losses) {
      if (account !== 'loss:unknown') continue;
      losses.push({ generation: record.generation, account, amount: BigInt(amount), transfer: unknown });
    }
    settlements.push({
      ...record,
      ...{
        wallet,
        lease: null,
        operation: id,
        hold,
        // Nobody saw any of it: it may have cost all that was held.
        estimate: isLost ? hold : null,
        charge: paid,
        cost,
        payee: record.payee ?? null,
      },
      ...{
        payable: paid,
        state: isLost ? 'released' : 'settled',
        transfer: paid > 0n ? charge : null,
        endedAt: record.at,
      },
    });
    generations.push({
      ...record,
      hold: String(hold),
      charge: String(paid),
      cost: String(cost),
      payable: String(paid),
    });
  }
  return { charge, loss, unknown, settlements, losses, generations, shares };
}

function lostTo(account: NewLoss['account'], losses: readonly NewLoss[]): Nano {
  return losses.reduce((sum, loss) => (loss.account === account ? sum + loss.amount : sum), 0n);
}

/** The wallet had lost it when it was set aside: now it counts as spent. */
async function spendFromHold(sql: Sql, wallet: string, spent: Nano): Promise<void> {
  const windows = await sql.run(
    `update allowance_window set "limit" = "limit" + :spent, spent = spent + :spent
     where allowance = :wallet and "window" = 'all'`,
    { wallet, spent },
  );
  must(windows, 'an operation names no wallet');
  const allowances = await sql.run(
    `update allowance set "limit" = "limit" + :spent, version = version + 1 where id = :wallet and owner = 'wallet'`,
    { wallet, spent },
  );
  must(allowances, 'a wallet has no allowance');
}

async function end(
  sql: Sql,
  { id, now, newId }: { readonly id: string; readonly now: number; readonly newId: NewId },
): Promise<boolean> {
  const operation = await lockOperation(sql, id);
  if (!operation) return false;
  const rest = await heldBy(sql, id);
  const wallet = await walletOf(sql, operation.workspace);
  if (rest > 0n) {
    await raiseWallet(sql, wallet, rest);
    await bookTransfers(sql, [{ id: newId('tr'), transfer: releaseTransfer(wallet, id, rest), reference: id }], now);
  }
  await giveBackUses(sql, { operation, charged: operation.amount - rest });
  const changes = await sql.run(
    `update operation set state = 'ended', ended_at = :now where id = :id and state = 'open'`,
    {
      id,
      now,
    },
  );
  must(changes, 'an operation ended twice');
  await announce(sql, 'workspace', operation.workspace, now);
  return true;
}

async function lockOperation(sql: Sql, id: string): Promise<OperationRow | undefined> {
  const row = await sql.one(`select ${columns} from operation where id = :id and state = 'open' ${sql.forUpdate}`, {
    id,
  });
  return row && toOperation(row);
}

/** What its account has: nothing where nothing was set aside. */
async function heldBy(sql: Sql, id: string): Promise<Nano> {
  const row = await sql.one(`select balance from account where id = 'hold:' || :id`, { id });
  return row ? amount(row, 'balance') : 0n;
}

async function walletOf(sql: Sql, workspace: string): Promise<string> {
  const wallet = (await findWallets(sql, [workspace])).get(workspace);
  if (wallet === undefined) throw new Error('an operation names no workspace');
  return wallet;
}

function toOperation(row: Row): OperationRow {
  return {
    id: text(row, 'id'),
    workspace: text(row, 'workspace'),
    key: text(row, 'key'),
    kind: word(row, 'kind', ['batch', 'background']),
    upstream: text(row, 'upstream'),
    object: textOrNull(row, 'object'),
    amount: amount(row, 'amount'),
    items: whole(row, 'items'),
    endpoint: text(row, 'endpoint'),
    priceVersion: text(row, 'price_version'),
    serviceTier: textOrNull(row, 'service_tier'),
    inputEstimate: whole(row, 'input_estimate'),
    createdAt: whole(row, 'created_at'),
    expiresAt: whole(row, 'expires_at'),
  };
}
