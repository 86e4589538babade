import type { NewOperation, OperationRow } from '#store/operation-store.ts';
import type { Store } from '#store/store.ts';
import { encodePrice } from '../interface/decode-snapshot.ts';
import { readEndRecord } from '../posting/read-end-record.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const hourMs = 3_600_000;
/** Beyond what the provider says. */
const graceMs = 2 * hourMs;
const nameWithinMs = 600_000;

// A gateway says and asks these: money is set aside for what ends long after its request.

export async function openOperation({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const opened = await store.operations.open({
    id: args.text('id', "the operation's id"),
    workspace: args.text('workspace', 'whose it is'),
    key: args.text('key', 'whose key began it'),
    kind: args.optionalChoice('kind', 'what it is', ['batch', 'background'] as const) ?? 'batch',
    upstream: args.text('upstream', 'where it runs'),
    amount: BigInt(args.text('amount', 'what it can cost at most', 18)),
    items: args.optionalCount('items', 'how many') ?? 0,
    uses: args.list('uses', 'which limits it counts against').map(readUse),
    endpoint: args.text('endpoint', 'whose price it has', 500),
    priceVersion: args.text('price_version', 'which of them'),
    serviceTier: args.optionalText('service_tier', 'which it asked for', 32) ?? null,
    inputEstimate: args.optionalCount('input_estimate', 'how many tokens its input has') ?? 0,
    createdAt: args.optionalCount('at', 'when it was asked for') ?? now(),
    nameBy: now() + (args.optionalCount('name_within_ms', 'when its name is known at the latest') ?? nameWithinMs),
    expiresAt: now() + (args.optionalCount('within_ms', 'when it is done at the latest') ?? 24 * hourMs) + graceMs,
    now: now(),
  });
  if (opened.kind === 'opened') return { opened: true };
  const resetsInMs = opened.resetsAt === null ? null : Math.max(0, opened.resetsAt - now());
  return { opened: false, allowance: opened.allowance, free: String(opened.free), resets_in_ms: resetsInMs };
}

function readUse(given: unknown): NewOperation['uses'][number] {
  const use = new Arguments(given);
  const unit = use.optionalChoice('unit', 'of what', ['nano-usd', 'requests'] as const);
  if (!unit) throw new Refused('Say of what it uses.');
  return { allowance: use.text('allowance', 'which limit'), unit };
}

/** What a wallet has, whoever holds a part of it. */
export async function balanceForOperation({ store }: CommandContext, given: unknown) {
  const wallet = await store.accounts.wallet(new Arguments(given).text('workspace', 'whose it is'));
  return { balance: String(wallet?.balance ?? 0n) };
}

export async function nameOperation({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  await store.operations.name(
    args.text('id', "the operation's id"),
    args.text('object', "the upstream's id of it"),
    now(),
  );
  return {};
}

/** Those that it is time to look after: none ends here, for its results may wait to be paid for. */
export async function dueOperations({ store, now }: CommandContext, given: unknown) {
  const turnMs = new Arguments(given).optionalCount('turn_ms', 'for how long whoever asks has them') ?? 60_000;
  const rows = await store.operations.due(now(), now() + turnMs);
  return await Promise.all(rows.map((row) => told(store, row, now())));
}

/** One that runs, by what its upstream calls it. */
export async function findOperation({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const row = await store.operations.runs(
    args.text('workspace', 'whose it is'),
    args.text('object', "the upstream's id of it"),
  );
  return { operation: row ? await told(store, row, now()) : null };
}

/** With the price that was in force when it was set aside. */
async function told({ catalogue }: Store, row: OperationRow, at: number) {
  const { id, workspace, key, kind, upstream, object, amount, createdAt, expiresAt, endpoint, priceVersion } = row;
  const { serviceTier, inputEstimate } = row;
  const version = await catalogue.priceVersion(priceVersion);
  return {
    ...{ id, workspace, key, kind, upstream, object, createdAt, endpoint, priceVersion, serviceTier, inputEstimate },
    amount: String(amount),
    overdueMs: at - expiresAt,
    price: version ? encodePrice(version.price) : null,
    cost: version?.cost ? encodePrice(version.cost) : null,
  };
}

/** `broken`: how many records were none. They are settled by nobody, and whoever sent them says so. */
export async function postOperation({ store, trust, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const id = args.text('id', "the operation's id");
  const records = args.list('records', 'what became of its items').map(readEndRecord);
  const whole = records.filter((record) => record !== undefined && record !== 'broken');
  const { posted, overrun } = await store.operations.post(id, whole, now(), trust.seal);
  return { posted, overrun: String(overrun), broken: records.length - whole.length };
}

export async function endOperation({ store, now }: CommandContext, given: unknown) {
  return { ended: await store.operations.end(new Arguments(given).text('id', "the operation's id"), now()) };
}
