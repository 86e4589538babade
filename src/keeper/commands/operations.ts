import { readEndRecord } from '../read-end-record.ts';
import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';

const hourMs = 3_600_000;
/** Beyond what the provider says. */
const graceMs = 2 * hourMs;

// A gateway says and asks these: money is set aside for what ends long after its request.

export async function openOperation({ store, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const opened = await store.operations.open({
    id: args.text('id', "the operation's id"),
    workspace: args.text('workspace', 'whose it is'),
    key: args.text('key', 'whose key began it'),
    kind: 'batch',
    upstream: args.text('upstream', 'where it runs'),
    amount: BigInt(args.text('amount', 'what it can cost at most', 18)),
    items: args.optionalCount('items', 'how many') ?? 0,
    expiresAt: now() + (args.optionalCount('within_ms', 'when it is done at the latest') ?? 24 * hourMs) + graceMs,
    now: now(),
  });
  return opened.kind === 'opened' ? { opened: true } : { opened: false, free: String(opened.free) };
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

/** Those that it is time to look after. What is past its time, or was never begun, has ended here. */
export async function dueOperations({ store, now }: CommandContext, given: unknown) {
  const turnMs = new Arguments(given).optionalCount('turn_ms', 'for how long whoever asks has them') ?? 60_000;
  const rows = await store.operations.due(now(), now() + turnMs);
  const due: { id: string; workspace: string; key: string; upstream: string; object: string; createdAt: number }[] = [];
  for (const { id, workspace, key, upstream, object, createdAt, expiresAt } of rows) {
    if (object !== null && expiresAt > now()) due.push({ id, workspace, key, upstream, object, createdAt });
    else await store.operations.end(id, now());
  }
  return due;
}

export async function postOperation({ store, trust, now }: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const id = args.text('id', "the operation's id");
  const records = args.list('records', 'what became of its items').map(readEndRecord);
  const whole = records.filter((record) => record !== undefined && record !== 'broken');
  const { posted, overrun } = await store.operations.post(id, whole, now(), trust.seal);
  return { posted, overrun: String(overrun) };
}

export async function endOperation({ store, now }: CommandContext, given: unknown) {
  return { ended: await store.operations.end(new Arguments(given).text('id', "the operation's id"), now()) };
}
