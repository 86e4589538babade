import { noUsage, type Usage } from '#core/generation/usage.ts';
import type { EndRecord } from '#core/journal/record.ts';
import { charge } from '#core/money/charge.ts';
import { minNano } from '#core/money/nano.ts';
import { fieldOf, type JsonObject } from '#core/protocol/json-value.ts';
import { type BatchResult, BatchResults, readUsage } from '#core/protocol/openai-batches/batch-results.ts';
import type { EligibleEndpoint } from '#core/routing/eligible.ts';
import { payeeOf } from '#core/routing/payee.ts';
import { decodePrice } from '#keeper/interface/decode-snapshot.ts';
import type { Gateway } from '../gateway.ts';
import { UnaskedError } from './ask-kept.ts';
import { batchPriceOf } from './batch-hold.ts';
import { nobody, type Operation, postItems } from './operation.ts';
import { readKept } from './read-kept.ts';

const atOnce = 200;
const bytesPerToken = 4;

type Results = {
  readonly endpoint: EligibleEndpoint;
  /** The file of them. */
  readonly output: string;
  /** The batch as its upstream tells of it. */
  readonly batch: JsonObject;
};

/**
 * Settles each line of the results, as they come. False: they are gone, and the upstream does not tell either what the batch
 * used in all; where it does, that is settled as one item.
 */
export async function settleResults(
  operation: Operation,
  { endpoint, output, batch }: Results,
  gateway: Gateway,
): Promise<boolean> {
  const results = new BatchResults();
  const poster = new Poster(operation, endpoint, gateway);
  const take = async (bytes: Uint8Array) => {
    for (const result of results.read(bytes)) await poster.add(result);
  };
  const path = `/files/${output}/content`;
  const { status } = await readKept(nobody, { endpoint, path, take, outlivesCaller: true }, gateway);
  if (status === 404) {
    const usage = readUsage(fieldOf(batch, 'usage'));
    // Had any line been settled, the first one was, under this same name: it is settled once.
    if (usage) await poster.add({ status: 200, usage, textBytes: 0, isBroken: false });
    await poster.end();
    return usage !== undefined;
  }
  if (status !== 200) throw new UnaskedError();
  for (const result of results.end()) await poster.add(result);
  await poster.end();
  return true;
}

/** Lines become records, and some of them at a time are settled. */
class Poster {
  readonly #operation: Operation;
  readonly #endpoint: EligibleEndpoint;
  readonly #gateway: Gateway;
  #records: EndRecord[] = [];
  #place = 0;
  #broken = 0;

  constructor(operation: Operation, endpoint: EligibleEndpoint, gateway: Gateway) {
    this.#operation = operation;
    this.#endpoint = endpoint;
    this.#gateway = gateway;
  }

  async add(result: BatchResult): Promise<void> {
    if (result.isBroken) this.#broken += 1;
    this.#records.push(recordOf(this.#operation, { result, place: this.#place, endpoint: this.#endpoint }));
    this.#place += 1;
    if (this.#records.length >= atOnce) await this.#post();
  }

  async end(): Promise<void> {
    if (this.#records.length > 0) await this.#post();
    const { upstream, workspace } = this.#operation;
    if (this.#broken > 0) this.#gateway.log('batch-line-broken', { upstream, workspace, records: this.#broken });
  }

  async #post(): Promise<void> {
    const records = this.#records;
    this.#records = [];
    await postItems(this.#operation, records, this.#gateway);
  }
}

/**
 * One item: what it used, at the price of the model that was asked for, whatever name the answer bears. What was refused or
 * failed costs nothing; what tells no usage is counted, as everywhere.
 */
function recordOf(
  operation: Operation,
  {
    result,
    place,
    endpoint,
  }: { readonly result: BatchResult; readonly place: number; readonly endpoint: EligibleEndpoint },
): EndRecord {
  const { workspace, key, upstream, id, createdAt } = operation;
  const { provider, region } = endpoint.upstream;
  const { status } = result;
  const isPaid = status === 200;
  const counted = { ...noUsage, output: Math.ceil(result.textBytes / bytesPerToken) };
  const usage = isPaid ? (result.usage ?? counted) : noUsage;
  const at = Date.now();
  const attempt = { endpoint: operation.endpoint, provider, region, status, ms: Math.max(0, at - createdAt) };
  return {
    kind: 'end',
    generation: `gen-${id.slice('op-'.length)}-${place}`,
    ...{ startedAt: createdAt, at, workspace, key },
    model: operation.endpoint.slice(0, -`@${upstream}`.length) || 'unknown',
    ...{ surface: 'batches', stream: false, status, fault: null },
    endReason: isPaid ? 'completed' : 'refused',
    endpoint: operation.endpoint,
    priceVersion: operation.priceVersion,
    ...{ usage, usageSource: isPaid && !result.usage ? 'counted' : 'reported', disputed: false, hold: '0' },
    ...(isPaid ? chargesOf(operation, usage, endpoint) : { charge: '0' }),
    ...{ uses: [], losses: [], plan: [], excluded: [], upstreamProtocol: null, dropped: [], splices: [] },
    attempts: [{ ...attempt, verdict: isPaid ? 'answered' : 'refused' }],
    ...{ firstContentMs: null, clampedTo: null },
  };
}

function chargesOf({ price, cost, createdAt }: Operation, usage: Usage, { upstream }: EligibleEndpoint) {
  if (!price) throw new Error('the price of a batch is unknown');
  const version = { price: decodePrice(price), ...(cost ? { cost: decodePrice(cost) } : {}) };
  const amount = charge(usage, batchPriceOf(version, 'price', createdAt));
  const payee = payeeOf(upstream);
  const owed = minNano(amount, charge(usage, batchPriceOf(version, 'cost', createdAt)));
  return { charge: String(amount), ...(payee === undefined ? {} : { cost: String(owed), payee }) };
}
