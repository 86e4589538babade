import { setImmediate } from 'node:timers/promises';
import { Fault } from '#core/generation/fault.ts';
import { worstCase } from '#core/money/hold.ts';
import { formatUsd, type Nano } from '#core/money/nano.ts';
import type { Price } from '#core/money/price.ts';
import { minuteOfDay, priceInForce } from '#core/money/price-in-force.ts';
import { linesOf, readBatchLine } from '#core/protocol/openai-batches/batch-lines.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { catalogueFor } from '#core/routing/find-model.ts';
import type { Call } from './call.ts';
import type { Caller } from './callers.ts';
import type { Gateway } from './gateway.ts';

/** As many as OpenAI takes. */
const linesMax = 50_000;
/** So many lines are read in one go, then others get their turn. */
const linesAtOnce = 100;
/** Gateways give back what they hold of a wallet and do not need: that takes a moment. */
const triesMax = 6;
const againMs = 250;
const askMs = 5_000;

/** What a batch can cost at most, and of how many lines. */
export type BatchBound = { readonly amount: Nano; readonly items: number };

/** An operation's id, after the request that began it. */
export function operationOf({ generation }: Pick<Call, 'generation'>): string {
  return `op-${generation.slice('gen-'.length)}`;
}

/** The price of a model at one upstream, in a batch: its service tier `batch` where it has one. */
export function batchPriceOf(endpoint: Endpoint, which: 'price' | 'cost', at: number): Price {
  const { price, cost } = endpoint.price;
  return priceInForce(which === 'price' ? price : (cost ?? price), { minute: minuteOfDay(at), serviceTier: 'batch' });
}

/** The endpoint of what a line names, which is the upstream's own name. */
export function endpointNamed(
  { workspace, upstream, model }: { readonly workspace: string; readonly upstream: string; readonly model: string },
  gateway: Pick<Gateway, 'catalogue'>,
): Endpoint | undefined {
  for (const { endpoints } of catalogueFor(gateway.catalogue, workspace).models) {
    const found = endpoints.find((each) => each.upstream.name === upstream && each.upstreamModel === model);
    if (found) return found;
  }
  return undefined;
}

/** Each line at its worst: no more tokens go in than it has bytes, and none come out beyond its limit. */
export async function boundOfBatch(
  file: Uint8Array,
  { caller, upstream, at }: { readonly caller: Caller; readonly upstream: string; readonly at: number },
  gateway: Gateway,
): Promise<BatchBound> {
  let amount = 0n;
  let items = 0;
  for (const bytes of linesOf(file)) {
    const line = readBatchLine(bytes);
    items += 1;
    if (!line || items > linesMax) throw new Fault('request-malformed', { why: whyNotLine(line === undefined, items) });
    const endpoint = endpointNamed({ workspace: caller.workspace, upstream, model: line.model }, gateway);
    if (!endpoint) throw new Fault('model-unknown');
    const outputTokens = Math.min(line.outputLimit ?? endpoint.maxOutput, endpoint.maxOutput);
    const bounds = { inputTokens: line.bytes, outputTokens, choices: line.choices };
    amount += worstCase(bounds, batchPriceOf(endpoint, 'price', at));
    if (items % linesAtOnce === 0) await setImmediate();
  }
  return { amount, items };
}

function whyNotLine(isBroken: boolean, line: number): string {
  return isBroken ? `line ${line} of the batch's file names no model` : `a batch has up to ${linesMax} lines`;
}

/** Sets aside what the batch can cost at most, or says that the wallet has not so much. */
export async function holdForBatch(
  operation: { readonly id: string; readonly caller: Caller; readonly upstream: string; readonly bound: BatchBound },
  gateway: Gateway,
): Promise<void> {
  const { id, caller, upstream, bound } = operation;
  const { workspace, key } = caller;
  let free = 0n;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const wallet = caller.allowances[0];
    if (wallet) gateway.leases.recall(wallet.id);
    const args = { id, workspace, key, upstream, amount: String(bound.amount), items: bound.items };
    const answer = await gateway.keeper.ask({ kind: 'command', name: 'operation-open', args }, askMs);
    if (answer?.kind !== 'result') throw new Fault('not-ready', { why: 'the keeper did not answer' });
    // The keeper of this process wrote it.
    const value = answer.value as { readonly opened: boolean; readonly free?: string };
    if (value.opened) return;
    free = BigInt(value.free ?? '0');
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
  throw new Fault('wallet-empty', { need: formatUsd(bound.amount), free: formatUsd(free) });
}

export async function endOperation(id: string, gateway: Gateway): Promise<void> {
  await gateway.keeper.ask({ kind: 'command', name: 'operation-end', args: { id } }, askMs);
}

/** From now on it is asked after. */
export async function nameOperation(id: string, object: string, gateway: Gateway): Promise<void> {
  await gateway.keeper.ask({ kind: 'command', name: 'operation-name', args: { id, object } }, askMs);
}
