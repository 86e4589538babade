import type { SignedValue } from './canonical-json.ts';
import type { NewLogEntry } from './log-entry.ts';

/** What the registry says in public of one endpoint. */
export type DisclosedEndpoint = {
  readonly id: string;
  readonly model: string;
  readonly provider: string;
  readonly seller: string;
  readonly type: string;
  readonly region: string;
  readonly quantization: string;
};

/** What is known of what an upstream does with data. */
type DisclosedData = {
  readonly retentionDays: number | 'unknown';
  readonly trains: boolean | 'unknown';
  readonly humanReview?: boolean | 'unknown' | undefined;
  readonly storageRegion?: string | undefined;
  readonly transferBasis?: string | undefined;
  readonly source: string;
  readonly checked: string;
};

export type DisclosedUpstream = DisclosedData & { readonly name: string };

/**
 * What the log should say of the registry as it is now: one entry per endpoint and per upstream, and a word that it is
 * gone for each of which the log spoke last and that is there no more. The log takes those that say something new.
 */
export function registryEntries(
  endpoints: readonly DisclosedEndpoint[],
  upstreams: readonly DisclosedUpstream[],
  known: readonly Pick<NewLogEntry, 'kind' | 'subject'>[],
): readonly NewLogEntry[] {
  const entries: NewLogEntry[] = [
    ...endpoints.map(({ id, ...body }) => ({ kind: 'endpoint' as const, subject: id, body })),
    ...upstreams.map(({ name, ...data }) => ({
      kind: 'data-policy' as const,
      subject: name,
      body: dataPolicyBody(data),
    })),
  ];
  const here = new Set(entries.map(subjectKey));
  const isOfRegistry = ({ kind }: Pick<NewLogEntry, 'kind'>) => kind === 'endpoint' || kind === 'data-policy';
  const gone = known.filter((entry) => isOfRegistry(entry) && !here.has(subjectKey(entry)));
  return [...entries, ...gone.map(({ kind, subject }) => ({ kind, subject, body: { removed: true } }))];
}

/** What was not said is not in it: so older entries go on. */
export function dataPolicyBody({
  retentionDays,
  trains,
  humanReview,
  storageRegion,
  transferBasis,
  source,
  checked,
}: DisclosedData): SignedValue {
  return {
    checked,
    ...(humanReview === undefined ? {} : { human_review: humanReview }),
    retention_days: retentionDays,
    source,
    ...(storageRegion === undefined ? {} : { storage_region: storageRegion }),
    trains,
    ...(transferBasis === undefined ? {} : { transfer_basis: transferBasis }),
  };
}

function subjectKey({ kind, subject }: Pick<NewLogEntry, 'kind' | 'subject'>): string {
  return `${kind} ${subject}`;
}
