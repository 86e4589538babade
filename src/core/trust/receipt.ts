import type { Usage } from '#core/generation/usage.ts';

/** What a receipt is made of: the generation as the usage log keeps it. */
export type ReceiptSource = {
  readonly generation: string;
  readonly startedAt: number;
  readonly at: number;
  readonly model: string;
  readonly surface: string;
  readonly stream: boolean;
  readonly status: number;
  readonly endReason: string;
  readonly fault: string | null;
  readonly endpoint: string | null;
  readonly priceVersion: string | null;
  readonly usage: Usage;
  readonly usageSource: string;
  readonly attempts: readonly {
    readonly endpoint: string;
    readonly provider: string;
    readonly region: string;
    readonly status: number;
    readonly verdict: string;
    readonly ms: number;
  }[];
  readonly upstreamProtocol: string | null;
  readonly dropped: readonly string[];
  readonly splices: readonly string[];
  /** What the wallet paid, nano-USD. */
  readonly payable: string;
};

/** What was true of the world when a batch was signed, as far as its receipts say it. */
export type ReceiptFacts = {
  /** The version of the privacy policy in force. */
  readonly policy: string | null;
  /** By endpoint, of those that the batch names. */
  readonly endpoints: Readonly<Record<string, EndpointFacts>>;
};

export type EndpointFacts = { readonly type: string; readonly seller: string };

const unknownEndpoint: EndpointFacts = { type: 'unknown', seller: 'unknown' };

/**
 * A receipt's statement in its canonical form (canonical-json.ts): who saw the request, where, what it used and cost. It
 * names no workspace and no key: whoever holds the receipt decides whom they tell. Members stand in the order that
 * canonical JSON wants, so that JSON.stringify writes it: a keeper makes thousands a second.
 */
export function receiptText(source: ReceiptSource, facts: ReceiptFacts): string {
  const { attempts, usage } = source;
  const answering = attempts.findLast(({ endpoint }) => endpoint === source.endpoint);
  return JSON.stringify({
    charge_nano: source.payable,
    dropped: source.dropped,
    end_reason: source.endReason,
    ended_at: Math.round(source.at),
    endpoint: source.endpoint,
    endpoint_type: source.endpoint === null ? null : factsOf(facts, source.endpoint).type,
    fault: source.fault,
    generation: source.generation,
    // A process that died took the knowledge with it.
    hops: source.endReason === 'crashed' ? null : attempts.map((attempt) => hopOf(attempt, facts)),
    kind: 'fairlead-receipt',
    model: source.model,
    policy: facts.policy,
    price_version: source.priceVersion,
    region: answering?.region ?? null,
    splices: source.splices,
    started_at: Math.round(source.startedAt),
    status: source.status,
    stream: source.stream,
    surface: source.surface,
    upstream_protocol: source.upstreamProtocol,
    usage: usageOf(usage),
    usage_source: source.usageSource,
    version: 1,
  });
}

/** The part of these facts that the receipts of these generations use. */
export function factsFor(
  sources: readonly ReceiptSource[],
  policy: string | null,
  endpointOf: (id: string) => EndpointFacts | undefined,
): ReceiptFacts {
  const endpoints: Record<string, EndpointFacts> = {};
  for (const { attempts, endpoint } of sources) {
    for (const attempt of attempts) endpoints[attempt.endpoint] ??= endpointOf(attempt.endpoint) ?? unknownEndpoint;
    if (endpoint !== null) endpoints[endpoint] ??= endpointOf(endpoint) ?? unknownEndpoint;
  }
  return { policy, endpoints };
}

/** Each item of a batch has one of its own, with its place behind a hyphen. */
const receiptShape = /^rcp-([0-9a-z]{26}(-\d{1,5})?)$/;

/** A receipt is named after its generation, so that nobody waits to know its id. */
export function receiptIdOf(generation: string): string {
  return `rcp-${generation.slice(4)}`;
}

/** Undefined: that is no receipt's id. */
export function generationOf(receipt: string): string | undefined {
  const [, digits] = receiptShape.exec(receipt) ?? [];
  return digits === undefined ? undefined : `gen-${digits}`;
}

function factsOf(facts: ReceiptFacts, endpoint: string): EndpointFacts {
  return Object.hasOwn(facts.endpoints, endpoint) ? (facts.endpoints[endpoint] ?? unknownEndpoint) : unknownEndpoint;
}

function hopOf(
  { endpoint, provider, region, status, verdict, ms }: ReceiptSource['attempts'][number],
  facts: ReceiptFacts,
) {
  const { seller, type } = factsOf(facts, endpoint);
  return { endpoint, ms: Math.round(ms), provider, region, seller, status, type, verdict };
}

function usageOf(usage: Usage) {
  return {
    audio_input: usage.audioInput ?? 0,
    audio_output: usage.audioOutput ?? 0,
    audio_seconds: usage.audioSeconds ?? 0,
    cache_write_1h: usage.cacheWrite1h,
    cache_write_5m: usage.cacheWrite5m,
    cached_input: usage.cachedInput,
    images: usage.images ?? 0,
    input: usage.input,
    output: usage.output,
    reasoning: usage.reasoning,
  };
}
