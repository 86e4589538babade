import type { DataHandling } from '#core/routing/data-handling.ts';
import { canonicalJson, type SignedValue } from '#core/trust/canonical-json.ts';
import { dataPolicyBody } from '#core/trust/registry-entries.ts';
import type { TrustStore } from '#store/trust-store.ts';
import type { CatalogueInput } from '../interface/catalogue-input.ts';

/** What the operator accepted of endpoints, or of whole upstreams, as the log of promises says it. */
export type Acceptances = ReadonlyMap<string, string>;

/** By subject, an endpoint or an upstream: the handling of data that was accepted, in canonical JSON. */
export async function readAcceptances(trust: Pick<TrustStore, 'entriesOf'>): Promise<Acceptances> {
  const last = new Map<string, string>();
  for (const { subject, body } of await trust.entriesOf('acceptance')) last.set(subject, canonicalJson(body));
  return last;
}

/** What is entered when a handling of data is accepted: should it change, it must be accepted anew. */
export function acceptanceBody(data: DataHandling): SignedValue {
  return { accepted: dataPolicyBody(data) };
}

export const withdrawnBody: SignedValue = { withdrawn: true };

/** The endpoints whose upstream's handling of data, as it is now, was accepted. */
export function acceptedEndpoints(
  { endpoints, upstreams }: Pick<CatalogueInput, 'endpoints' | 'upstreams'>,
  acceptances: Acceptances,
): ReadonlySet<string> {
  if (acceptances.size === 0) return new Set();
  const bodies = new Map(upstreams.map(({ name, data }) => [name, canonicalJson(acceptanceBody(data))]));
  const isAccepted = (subject: string, body: string | undefined) =>
    body !== undefined && acceptances.get(subject) === body;
  return new Set(
    endpoints
      .filter(({ id, upstream }) => {
        const body = bodies.get(upstream);
        return isAccepted(id, body) || isAccepted(upstream, body);
      })
      .map(({ id }) => id),
  );
}
