import type { Endpoint } from './endpoint.ts';

/** GDPR, Articles 44–49. */
export const transferBases = ['adequacy', 'standard_clauses', 'binding_rules', 'consent', 'not_needed'] as const;

export type TransferBasis = (typeof transferBases)[number];

/** What happens to data at an upstream. `unknown` is never read as good. */
export type DataHandling = {
  readonly retentionDays: number | 'unknown';
  readonly trains: boolean | 'unknown';
  /** Whether people there may read what was sent. Undefined: nobody said. */
  readonly humanReview?: boolean | 'unknown' | undefined;
  /** Where it is kept, if it is kept. Undefined: where it is served. */
  readonly storageRegion?: string | undefined;
  /** On which ground data may go there from the European Economic Area. Undefined: nobody said. */
  readonly transferBasis?: TransferBasis | undefined;
  readonly source: string;
  /** ISO date on which the source was read; empty: it is the operator's own word, which holds as long as they give it. */
  readonly checked: string;
  /** Addresses: its terms, and how to opt out of what can be opted out of. */
  readonly terms?: string | undefined;
  readonly optOut?: string | undefined;
};

/** What was read longer ago than this is not known any more. */
const staleAfterDays = 90;

/** So many days ahead operators are warned. */
export const oldSoonDays = 14;

const dayMs = 86_400_000;

/** The day of an instant, counted from 1970 in UTC. */
export function dayOf(at: number): number {
  return Math.floor(at / dayMs);
}

export function isStale({ checked }: Pick<DataHandling, 'checked'>, day: number): boolean {
  return (daysUntilStale({ checked }, day) ?? 0) < 0;
}

/** Days for which what was read of it still counts; below 0: it does not any more. Undefined: it is the operator's own word. */
export function daysUntilStale({ checked }: Pick<DataHandling, 'checked'>, day: number): number | undefined {
  return checked === '' ? undefined : dayOf(Date.parse(checked)) + staleAfterDays - day;
}

/** Of those that are asked: names of whose data handling was read so long ago that it counts for a few days more, or not at all. */
export function growingOld(endpoints: Iterable<Pick<Endpoint, 'upstream'>>, day: number): ReadonlySet<string> {
  const old = new Set<string>();
  for (const { upstream } of endpoints) {
    const left = upstream.enabled ? daysUntilStale(upstream.data, day) : undefined;
    if (left !== undefined && left <= oldSoonDays) old.add(upstream.name);
  }
  return old;
}

/** What is known of it on that day. */
export function handlingOn(data: DataHandling, day: number): DataHandling {
  if (!isStale(data, day)) return data;
  return { ...data, retentionDays: 'unknown', trains: 'unknown', humanReview: 'unknown', storageRegion: 'unknown' };
}

/** Where data is kept: nowhere, or in a region that may be unknown. */
export function storageOf(data: DataHandling, region: string): string {
  return data.retentionDays === 0 ? 'nowhere' : (data.storageRegion ?? region);
}
