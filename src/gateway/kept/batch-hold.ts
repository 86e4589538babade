import { Fault } from '#core/generation/fault.ts';
import { worstCase } from '#core/money/hold.ts';
import type { Nano } from '#core/money/nano.ts';
import type { Price, PriceVersion } from '#core/money/price.ts';
import { minuteOfDay, priceInForce } from '#core/money/price-in-force.ts';
import { BatchLines, readBatchLine } from '#core/protocol/openai-batches/batch-lines.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { catalogueFor } from '#core/routing/find-model.ts';
import { inputBoundOf } from '../admit/input-bound.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { askKeeperMs, type OperationBound, tooDear } from './durable-hold.ts';

/** As many as OpenAI takes. */
const linesMax = 50_000;

/** The price of a model at one upstream, in a batch: its service tier `batch` where it has one. */
export function batchPriceOf({ price, cost }: Omit<PriceVersion, 'id'>, which: 'price' | 'cost', at: number): Price {
  return priceInForce(which === 'price' ? price : (cost ?? price), { minute: minuteOfDay(at), serviceTier: 'batch' });
}

/** The endpoint of what a line names, which is the upstream's own name. */
function endpointNamed(
  { workspace, upstream, model }: { readonly workspace: string; readonly upstream: string; readonly model: string },
  gateway: Pick<Gateway, 'catalogue'>,
): Endpoint | undefined {
  for (const { endpoints } of catalogueFor(gateway.catalogue, workspace).models) {
    const found = endpoints.find((each) => each.upstream.name === upstream && each.upstreamModel === model);
    if (found) return found;
  }
  return undefined;
}

type BoundAsk = {
  readonly caller: Caller;
  readonly upstream: string;
  readonly at: number;
  /** Nothing is read beyond what the wallet could ever pay. */
  readonly balance: Nano;
};

/**
 * Reads a batch's file as it comes. Each line is held for at its worst, as a request that comes by itself (MONEY §4). All
 * name one model, as OpenAI wants it too: so what any of them is answered by has a price that is known before it begins.
 */
export class BatchReader {
  readonly #ask: BoundAsk;
  readonly #gateway: Pick<Gateway, 'catalogue'>;
  readonly #lines = new BatchLines();
  #endpoint: Endpoint | undefined;
  #model: string | undefined;
  #amount = 0n;
  #items = 0;

  constructor(ask: BoundAsk, gateway: Pick<Gateway, 'catalogue'>) {
    this.#ask = ask;
    this.#gateway = gateway;
  }

  read(chunk: Uint8Array): void {
    for (const line of this.#lines.read(chunk)) this.#add(line);
  }

  end(): OperationBound {
    for (const line of this.#lines.end()) this.#add(line);
    if (!this.#endpoint) throw new Fault('request-malformed', { reason: 'the file of the batch has no lines' });
    return { amount: this.#amount, items: this.#items, endpoint: this.#endpoint };
  }

  #add(bytes: Uint8Array): void {
    const { caller, upstream, at, balance } = this.#ask;
    this.#items += 1;
    if (this.#items > linesMax) throw new Fault('request-malformed', { reason: `a batch has up to ${linesMax} lines` });
    const { facts, bodyBytes } = readBatchLine(bytes, this.#items);
    this.#model ??= facts.model;
    if (this.#model !== facts.model) {
      throw new Fault('request-malformed', { reason: `line ${this.#items} of the batch names another model` });
    }
    this.#endpoint ??= endpointNamed({ workspace: caller.workspace, upstream, model: facts.model }, this.#gateway);
    const endpoint = this.#endpoint;
    if (!endpoint) throw new Fault('model-unknown');
    if (caller.stoppedEndpoints.includes(endpoint.id)) throw new Fault('endpoint-stopped');
    // Lines go up as they are: a limit above the model's is not lowered on the way.
    const bounds = {
      inputTokens: inputBoundOf(bodyBytes, facts, endpoint),
      outputTokens: facts.outputLimit ?? endpoint.maxOutput,
      ...{ choices: facts.choices, media: facts.media?.bounds },
    };
    this.#amount += worstCase(bounds, batchPriceOf(endpoint.price, 'price', at));
    if (this.#amount > balance) throw tooDear(this.#amount, balance);
  }
}

/** What the wallet has, whoever holds a part of it; refused when that is nothing. */
export async function balanceOf({ workspace }: Caller, gateway: Gateway): Promise<Nano> {
  const answer = await gateway.keeper.ask(
    { kind: 'command', name: 'operation-balance', args: { workspace } },
    askKeeperMs,
  );
  if (answer?.kind !== 'result') throw new Fault('not-ready', { why: 'the keeper did not answer' });
  // The keeper of this process wrote it.
  const balance = BigInt((answer.value as { readonly balance: string }).balance);
  if (balance <= 0n) throw tooDear(1n, 0n);
  return balance;
}
