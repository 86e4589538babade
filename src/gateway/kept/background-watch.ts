import type { EndReason } from '#core/generation/end-reason.ts';
import { noUsage } from '#core/generation/usage.ts';
import type { EndRecord } from '#core/journal/record.ts';
import { charge } from '#core/money/charge.ts';
import { minNano } from '#core/money/nano.ts';
import { chargePrice, minuteOfDay } from '#core/money/price-in-force.ts';
import { whatIsPaid } from '#core/money/who-pays.ts';
import { fieldOf, type JsonObject, listOf, parseForeignObject, textOf } from '#core/protocol/json-value.ts';
import { readUsage } from '#core/protocol/openai-batches/batch-results.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import { payeeOf } from '#core/routing/payee.ts';
import { decodePrice } from '#keeper/interface/decode-snapshot.ts';
import type { Gateway } from '../gateway.ts';
import { askKept, UnaskedError } from './ask-kept.ts';
import { endOperation } from './durable-hold.ts';
import { nobodyOf, type Operation, postItems } from './operation.ts';

const bytesPerToken = 4;

/**
 * Settles an answer in the background when it has ended, whoever asked for it or nobody. False: its time is over, and its upstream
 * does not know it any more.
 */
export async function lookAtResponse(
  operation: Operation,
  endpoint: EligibleEndpoint,
  gateway: Gateway,
): Promise<boolean> {
  const { object, overdueMs } = operation;
  // No upstream lists them, so one of which nobody heard the name can be asked for by nobody.
  if (object === null) {
    await settle(operation, recordOf(operation, endpoint, { endReason: 'crashed', response: {} }), gateway);
    return true;
  }
  const ask = { endpoint, outlivesCaller: true, path: `/responses/${object}` } as const;
  const asker = nobodyOf(operation);
  const reply = await askKept(asker, { ...ask, method: 'GET' }, gateway);
  if (reply.status === 404 && overdueMs > 0) return false;
  const response = reply.status === 200 ? parseForeignObject(reply.body) : undefined;
  if (!response) throw new UnaskedError();
  const endReason = endOf(response, overdueMs > 0);
  if (endReason) await settle(operation, recordOf(operation, endpoint, { endReason, response }), gateway);
  // It had its time. What it did until now is settled once it has stopped.
  else if (overdueMs > 0) await askKept(asker, { ...ask, method: 'POST', path: `${ask.path}/cancel` }, gateway);
  return true;
}

async function settle(operation: Operation, record: EndRecord, gateway: Gateway): Promise<void> {
  await postItems(operation, [record], gateway);
  await endOperation(operation.id, gateway);
}

/** Undefined: it runs, or waits. */
function endOf(response: JsonObject, isOverdue: boolean): EndReason | undefined {
  switch (textOf(fieldOf(response, 'status'))) {
    case 'completed':
      return 'completed';
    case 'incomplete':
      return fieldOf(fieldOf(response, 'incomplete_details'), 'reason') === 'content_filter' ? 'filtered' : 'length';
    case 'cancelled':
      return isOverdue ? 'timed_out' : 'caller_left';
    case 'failed':
      return 'failed';
    default:
      return undefined;
  }
}

/** Its one generation, under the id that its caller was told. */
function recordOf(
  operation: Operation,
  endpoint: EligibleEndpoint,
  { endReason, response }: { readonly endReason: EndReason; readonly response: JsonObject },
): EndRecord {
  const { workspace, key, upstream, id, createdAt, amount } = operation;
  const { provider, region } = endpoint.upstream;
  const isLost = endReason === 'crashed';
  const reported = readUsage(fieldOf(response, 'usage'));
  const outputBytes = textBytesOf(fieldOf(response, 'output'));
  const estimate = { ...noUsage, input: operation.inputEstimate, output: Math.ceil(outputBytes / bytesPerToken) };
  const source = reported ? 'reported' : 'estimated';
  const believed = { usage: reported ?? estimate, source, disputed: false } as const;
  // Whoever calls off what runs pays for it, as one who leaves a stream does.
  const { usage } = whatIsPaid(endReason, reported || outputBytes > 0 ? 'content' : 'upstream-head', believed);
  const at = Date.now();
  const status = isLost ? 0 : 200;
  const attempt = { endpoint: operation.endpoint, provider, region, status, ms: Math.max(0, at - createdAt) };
  const isAnswer = endReason === 'completed' || endReason === 'length' || endReason === 'filtered';
  return {
    kind: 'end',
    generation: `gen-${id.slice('op-'.length)}`,
    ...{ startedAt: createdAt, at, workspace, key },
    model: operation.endpoint.slice(0, -`@${upstream}`.length) || 'unknown',
    ...{ surface: '/v1/responses', stream: false, status, fault: null, endReason },
    endpoint: operation.endpoint,
    priceVersion: operation.priceVersion,
    ...{ usage, usageSource: source, disputed: false, hold: amount },
    ...(usage === noUsage ? { charge: '0' } : chargesOf(operation, { usage, response, endpoint })),
    losses: isLost ? [{ account: 'loss:unknown', amount }] : [],
    ...{ uses: [], plan: [], excluded: [], upstreamProtocol: 'openai-responses', dropped: [], splices: [] },
    attempts: [{ ...attempt, verdict: isAnswer ? 'answered' : isLost ? 'reset' : 'refused' }],
    ...{ firstContentMs: null, clampedTo: null },
  };
}

/** At the price of when it was asked for, of the service tier that it asked for and got. */
function chargesOf(
  { price, cost, createdAt, serviceTier }: Operation,
  {
    usage,
    response,
    endpoint,
  }: { readonly usage: typeof noUsage; readonly response: JsonObject; readonly endpoint: EligibleEndpoint },
) {
  if (!price) throw new Error('the price of an answer in the background is unknown');
  const terms = { minute: minuteOfDay(createdAt), serviceTier: serviceTier ?? undefined };
  const served = textOf(fieldOf(response, 'service_tier'));
  const amount = charge(usage, chargePrice(decodePrice(price), terms, served));
  const payee = payeeOf(endpoint.upstream);
  const owed = minNano(amount, charge(usage, chargePrice(decodePrice(cost ?? price), terms, served)));
  return { charge: String(amount), ...(payee === undefined ? {} : { cost: String(owed), payee }) };
}

/** Bytes of what was said and called. */
function textBytesOf(output: unknown): number {
  let bytes = 0;
  for (const item of listOf(output)) {
    const parts = [...listOf(fieldOf(item, 'content')), ...listOf(fieldOf(item, 'summary')), item];
    for (const part of parts) {
      for (const name of ['text', 'refusal', 'arguments', 'input']) {
        bytes += Buffer.byteLength(textOf(fieldOf(part, name)) ?? '');
      }
    }
  }
  return bytes;
}
