import { type DataHandling, dayOf, handlingOn, isStale, storageOf } from './data-handling.ts';
import type { EndpointType } from './endpoint.ts';

/** What is disclosed of an endpoint is made of this, wherever it is told. */
export type DisclosedFacts = {
  readonly id: string;
  readonly quantization?: string | undefined;
  readonly isDataAccepted?: boolean | undefined;
  readonly upstream: {
    readonly provider: string;
    readonly seller: string;
    readonly type: EndpointType;
    readonly region: string;
    readonly data: DataHandling;
  };
};

export type Disclosure = ReturnType<typeof disclosureOf>;

/**
 * What the Endpoint Types Policy says of one endpoint on that day: the same wherever it is told, since everything tells
 * this. What nobody verified says so.
 */
export function disclosureOf({ quantization = 'unknown', isDataAccepted, upstream }: DisclosedFacts, at: number) {
  const { type, seller, region } = upstream;
  const day = dayOf(at);
  const data = handlingOn(upstream.data, day);
  return {
    type,
    seller: { name: seller, country: 'unknown' },
    hops: hopsOf(upstream),
    region: {
      serving: region,
      storage: storageOf(data, region),
      source: region === 'unknown' ? 'unknown' : 'declared',
    },
    data: {
      retention_days: data.retentionDays,
      training: data.trains,
      human_review: data.humanReview ?? 'unknown',
      zero_retention: data.retentionDays === 'unknown' ? ('unknown' as const) : data.retentionDays === 0,
      evidence_url: upstream.data.source,
      checked_at: upstream.data.checked || null,
      is_stale: isStale(upstream.data, day),
      accepted_by_operator: isDataAccepted === true,
      terms_url: upstream.data.terms ?? null,
      opt_out_url: upstream.data.optOut ?? null,
    },
    quantization: { value: quantization, source: quantization === 'unknown' ? 'unknown' : 'declared' },
    verification: { grade: null, state: 'not probed', methods: [] },
    attested: 'none',
  };
}

/** Everybody who processes a request on its way to the model. Whom an aggregator asks, it alone knows. */
function hopsOf({ provider, seller, type }: DisclosedFacts['upstream']): readonly string[] {
  const first = seller === 'operator' ? ['fairlead'] : ['fairlead', seller];
  const last = type === 'aggregator' ? [provider, 'a provider of its choice'] : [provider];
  return type === 'sandbox' ? ['fairlead'] : [...first, ...last];
}
