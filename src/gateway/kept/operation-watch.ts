import { Fault } from '#core/generation/fault.ts';
import { fieldOf, listOf, numberOf, parseForeignObject, textOf } from '#core/protocol/json-value.ts';
import { operationIn } from '#core/protocol/openai-batches/batch-input.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import type { Gateway } from '../gateway.ts';
import { askKept, type KeptReply, UnaskedError } from './ask-kept.ts';
import { lookAtResponse } from './background-watch.ts';
import { settleResults } from './batch-settle.ts';
import { endOperation, nameOperation } from './durable-hold.ts';
import { endpointAt } from './endpoint-at.ts';
import { nobody, nobodyOf, type Operation } from './operation.ts';

const askMs = 10_000;
/** What one gateway looks after, another one looks after only so many looks later: then the first is gone, or nothing ended. */
const looksATurn = 6;
/** Results that are long in coming keep only so many others waiting. */
const atOnce = 4;
const ends: ReadonlySet<string> = new Set(['completed', 'expired', 'cancelled', 'failed']);
const idPattern = /^[A-Za-z0-9_-]{1,128}$/;
const dayMs = 86_400_000;
/** So long after its end was due, what cannot be asked for is given up, and told. */
const givenUpMs = 7 * dayMs;
/** An upstream's list is read so far back. */
const pagesMax = 50;
/** Its clock may be wrong by as much. */
const clockMs = 3_600_000;
/** An orphan is its workspace's for as long. */
const orphanDays = 30;

/**
 * Looks after what runs on: batches and answers in the background. Asks their upstreams, settles each item once, gives back
 * the rest. The keeper says which are due, each to one gateway at a time; one that dies in the middle is followed by another,
 * which settles what is left.
 */
export function watchOperations(gateway: Gateway, everyMs: number): { close(): void } {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking || gateway.phase !== 'serving' || !gateway.keeper.isUp) return;
    isLooking = true;
    void lookAtAll(gateway, everyMs * looksATurn).finally(() => {
      isLooking = false;
    });
  }, everyMs).unref();
  return { close: () => clearInterval(timer) };
}

/** It refuses us, or nothing comes from it. What our own keeper did not take is no fault of its. */
function isUnasked(thrown: unknown): boolean {
  return thrown instanceof UnaskedError || (thrown instanceof Fault && thrown.fault.startsWith('upstream-'));
}

async function lookAtAll(gateway: Gateway, turnMs: number): Promise<void> {
  const due = { kind: 'command', name: 'operation-due', args: { turn_ms: turnMs } } as const;
  const answer = await gateway.keeper.ask(due, askMs);
  if (answer?.kind !== 'result') return;
  // The keeper of this process wrote it.
  const operations = [...(answer.value as readonly Operation[])];
  const lookers = Array.from({ length: atOnce }, async () => {
    for (let operation = operations.shift(); operation; operation = operations.shift()) {
      await lookOnce(operation, gateway).catch(() => {});
    }
  });
  await Promise.all(lookers);
}

/** Who is looked at by this process already. */
const looks = new Map<string, Promise<void>>();

function lookOnce(operation: Operation, gateway: Gateway): Promise<void> {
  const { id, upstream, workspace } = operation;
  const under = looks.get(id);
  if (under) return under;
  const look = lookAt(operation, gateway)
    .catch((thrown) => {
      if (isUnasked(thrown)) return giveUp(operation, gateway);
      throw thrown;
    })
    .catch((thrown) => {
      gateway.log('batch-not-settled', { upstream, workspace });
      throw thrown;
    })
    .finally(() => looks.delete(id));
  looks.set(id, look);
  return look;
}

/**
 * True: nothing of this operation is open, so its results are its workspace's to fetch and to delete. Else it is settled now;
 * what takes long goes on while its caller asks again.
 */
export async function isSettled(
  named: { readonly workspace: string; readonly object: string },
  waitMs: number,
  gateway: Gateway,
): Promise<boolean> {
  const operation = await findOpen(named, gateway);
  if (operation === null) return true;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, waitMs);
  });
  await Promise.race([lookOnce(operation, gateway).catch(() => {}), late]).finally(() => clearTimeout(timer));
  return (await findOpen(named, gateway)) === null;
}

/** Null: it is not open. A keeper that does not answer does not say so. */
async function findOpen(
  args: { readonly workspace: string; readonly object: string },
  gateway: Gateway,
): Promise<Operation | null> {
  const answer = await gateway.keeper.ask({ kind: 'command', name: 'operation-find', args }, askMs);
  if (answer?.kind !== 'result') throw new Fault('not-ready', { why: 'the keeper did not answer' });
  // The keeper of this process wrote it.
  return (answer.value as { readonly operation: Operation | null }).operation;
}

async function lookAt(operation: Operation, gateway: Gateway): Promise<void> {
  const endpoint = placeOf(operation, gateway);
  if (!endpoint) return await giveUp(operation, gateway);
  const { object, overdueMs } = operation;
  if (operation.kind === 'background') {
    const isKnown = await lookAtResponse(operation, endpoint, gateway);
    return isKnown ? undefined : await giveUp(operation, gateway, 0);
  }
  if (object === null) return await findOrphan(operation, endpoint, gateway);
  const reply = await ask(endpoint, { method: 'GET', path: `/batches/${object}` }, gateway);
  if (reply.status === 404 && overdueMs > 0) return await giveUp(operation, gateway, 0);
  const batch = reply.status === 200 ? parseForeignObject(reply.body) : undefined;
  if (!batch) throw new UnaskedError();
  if (!ends.has(textOf(fieldOf(batch, 'status')) ?? '')) {
    // It had its time. What it did until now is settled once it has stopped.
    if (overdueMs > 0) await ask(endpoint, { method: 'POST', path: `/batches/${object}/cancel` }, gateway);
    return;
  }
  const output = textOf(fieldOf(batch, 'output_file_id'));
  if (output !== undefined && idPattern.test(output)) {
    const isGone = !(await settleResults(operation, { endpoint, output, batch }, gateway));
    if (isGone) return await giveUp(operation, gateway);
  }
  await endOperation(operation.id, gateway);
}

/** Undefined: the upstream is not configured any more. */
function placeOf(operation: Operation, gateway: Gateway): EligibleEndpoint | undefined {
  try {
    return endpointAt(operation.upstream, { ...nobodyOf(operation), at: Date.now() }, gateway);
  } catch (thrown) {
    // What it does with data is not accepted any more: until it is, nobody can look there, and nothing is given up.
    if (thrown instanceof Fault && thrown.fault === 'nothing-left') throw thrown;
    return undefined;
  }
}

/** What nobody can tell the cost of is held for long, and then given back, with an alarm: the operator bears it. */
async function giveUp(operation: Operation, gateway: Gateway, afterMs = givenUpMs): Promise<void> {
  const { id, overdueMs, upstream, workspace } = operation;
  if (overdueMs <= afterMs) throw new UnaskedError();
  gateway.meters.alarmed('batch-lost');
  gateway.log('batch-lost', { upstream, workspace });
  await endOperation(id, gateway);
}

/**
 * One of which nobody heard that it began: it is looked for by our name in it. Found, it is its workspace's and goes on;
 * else nothing runs, and what was set aside comes back.
 */
async function findOrphan(operation: Operation, endpoint: EligibleEndpoint, gateway: Gateway): Promise<void> {
  const { id, workspace, upstream, createdAt } = operation;
  let after = '';
  for (let page = 0; page < pagesMax; page += 1) {
    const reply = await ask(endpoint, { method: 'GET', path: `/batches?limit=100${after}` }, gateway);
    const list = reply.status === 200 ? parseForeignObject(reply.body) : undefined;
    if (!list) throw new UnaskedError();
    const batches = listOf(fieldOf(list, 'data'));
    const found = batches.find((batch) => operationIn(batch) === id);
    const object = textOf(fieldOf(found, 'id'));
    if (object !== undefined && idPattern.test(object)) {
      await gateway.objects.add({ workspace, id: object, kind: 'batch', upstream, days: orphanDays });
      if (!(await nameOperation(id, object, gateway))) throw new Error('the keeper did not answer');
      return;
    }
    const last = batches.at(-1);
    const lastId = textOf(fieldOf(last, 'id'));
    const isBefore = (numberOf(fieldOf(last, 'created_at')) ?? 0) * 1000 < createdAt - clockMs;
    if (fieldOf(list, 'has_more') !== true || lastId === undefined || isBefore) break;
    after = `&after=${encodeURIComponent(lastId)}`;
  }
  await endOperation(id, gateway);
}

function ask(
  endpoint: EligibleEndpoint,
  { method, path }: { readonly method: 'GET' | 'POST'; readonly path: string },
  gateway: Gateway,
): Promise<KeptReply> {
  return askKept(nobody, { endpoint, method, path, outlivesCaller: true }, gateway);
}
