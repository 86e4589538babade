import type { Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { noUsage } from '#core/generation/usage.ts';
import type { EndRecord } from '#core/journal/record.ts';
import { charge } from '#core/money/charge.ts';
import { minNano } from '#core/money/nano.ts';
import { fieldOf, parseForeignObject, textOf } from '#core/protocol/json-value.ts';
import { type BatchResult, linesOf, readBatchResult } from '#core/protocol/openai-batches/batch-lines.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { payeeOf } from '#core/routing/payee.ts';
import { askKept, type KeptReply } from './ask-kept.ts';
import { batchPriceOf, endOperation, endpointNamed } from './batch-hold.ts';
import type { Gateway } from './gateway.ts';
import { endpointAt } from './serve-stored.ts';

const askMs = 10_000;
const atOnce = 200;
/** What one gateway looks after, another one looks after only so many looks later: then the first is gone, or nothing ended. */
const looksATurn = 6;
const ends: ReadonlySet<string> = new Set(['completed', 'expired', 'cancelled', 'failed']);

/** What runs at an upstream, as the keeper says. */
type Operation = {
  readonly id: string;
  readonly workspace: string;
  readonly key: string;
  readonly upstream: string;
  readonly object: string;
  readonly createdAt: number;
};

/**
 * Looks after batches that run: asks their upstreams, settles each item once, gives back the rest. The keeper says which are
 * due, each to one gateway at a time; one that dies in the middle is followed by another, which settles what is left.
 */
export function watchBatches(gateway: Gateway, everyMs: number): { close(): void } {
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

async function lookAtAll(gateway: Gateway, turnMs: number): Promise<void> {
  const due = { kind: 'command', name: 'operation-due', args: { turn_ms: turnMs } } as const;
  const answer = await gateway.keeper.ask(due, askMs);
  if (answer?.kind !== 'result') return;
  // The keeper of this process wrote it.
  for (const operation of answer.value as readonly Operation[]) {
    await lookAt(operation, gateway).catch(() =>
      gateway.log('batch-not-settled', { upstream: operation.upstream, workspace: operation.workspace }),
    );
  }
}

async function lookAt(operation: Operation, gateway: Gateway): Promise<void> {
  const endpoint = endpointAt(operation.upstream, { protocol: protocolOf('openai-chat') }, gateway);
  const reply = await ask(endpoint, `/batches/${operation.object}`, gateway);
  // What is gone up there can be asked for by nobody.
  if (reply.status === 404) return await endOperation(operation.id, gateway);
  const batch = reply.status === 200 ? parseForeignObject(reply.body) : undefined;
  const status = textOf(fieldOf(batch, 'status')) ?? '';
  if (!ends.has(status)) return;
  const output = textOf(fieldOf(batch, 'output_file_id'));
  if (output !== undefined && /^[A-Za-z0-9_-]{1,128}$/.test(output)) {
    const results = await ask(endpoint, `/files/${output}/content`, gateway);
    if (results.status !== 200) throw new Error('the results of a batch cannot be read');
    await settleAll(operation, results.body, gateway);
  }
  await endOperation(operation.id, gateway);
}

function ask(endpoint: EligibleEndpoint, path: string, gateway: Gateway): Promise<KeptReply> {
  const nobody = { protocol: protocolOf('openai-chat'), passedHeaders: [], reply: { onLeft() {} } };
  return askKept(nobody, { endpoint, method: 'GET', path, outlivesCaller: true }, gateway);
}

async function settleAll(operation: Operation, file: Buffer, gateway: Gateway): Promise<void> {
  let records: EndRecord[] = [];
  let place = 0;
  for (const bytes of linesOf(file)) {
    const result = readBatchResult(bytes);
    const record = result && recordOf(operation, { result, place }, gateway);
    place += 1;
    if (record) records.push(record);
    if (records.length >= atOnce) {
      await post(operation.id, records, gateway);
      records = [];
    }
    if (place % atOnce === 0) await setImmediate();
  }
  if (records.length > 0) await post(operation.id, records, gateway);
}

async function post(id: string, records: readonly EndRecord[], gateway: Gateway): Promise<void> {
  const answer = await gateway.keeper.ask({ kind: 'command', name: 'operation-post', args: { id, records } }, askMs);
  if (answer?.kind !== 'result') throw new Error('the items of a batch were not settled');
  const { overrun } = answer.value as { readonly overrun: string };
  if (overrun !== '0') gateway.log('charge-overran', { records: records.length });
}

/** One item: what it used, at the price of a batch. What was refused or failed costs nothing. */
function recordOf(
  operation: Operation,
  { result, place }: { readonly result: BatchResult; readonly place: number },
  gateway: Gateway,
): EndRecord | undefined {
  const { workspace, key, upstream, id, createdAt } = operation;
  // A provider answers under a dated name for what was asked for without its date.
  const asked = result.model ?? '';
  const undated = asked.replace(/-(\d{8}|\d{4}-\d{2}-\d{2})$/, '');
  const found = [asked, undated].map((model) => endpointNamed({ workspace, upstream, model }, gateway));
  const endpoint = found.find((each) => each !== undefined);
  const isPaid = result.status === 200 && result.usage !== undefined && endpoint !== undefined;
  const usage = isPaid ? (result.usage ?? noUsage) : noUsage;
  return {
    kind: 'end',
    generation: `gen-${id.slice('op-'.length)}-${place}`,
    ...{ startedAt: createdAt, at: Date.now(), workspace, key, model: endpoint?.model ?? 'unknown' },
    ...{ surface: 'batches', stream: false, status: result.status, fault: null },
    endReason: result.status === 200 ? 'completed' : 'refused',
    endpoint: endpoint?.id ?? null,
    priceVersion: endpoint?.price.id ?? null,
    ...{ usage, usageSource: 'reported', disputed: false, hold: '0' },
    ...(endpoint && isPaid ? chargesOf(endpoint, usage, createdAt) : { charge: '0' }),
    ...{ uses: [], losses: [], attempts: [], plan: [], excluded: [], upstreamProtocol: null, dropped: [], splices: [] },
    ...{ firstContentMs: null, clampedTo: null },
  };
}

function chargesOf(endpoint: Endpoint, usage: EndRecord['usage'], at: number) {
  const amount = charge(usage, batchPriceOf(endpoint, 'price', at));
  const payee = payeeOf(endpoint.upstream);
  const cost = minNano(amount, charge(usage, batchPriceOf(endpoint, 'cost', at)));
  return { charge: String(amount), ...(payee === undefined ? {} : { cost: String(cost), payee }) };
}
