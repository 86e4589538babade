import type { Catalogue } from './catalogue.ts';
import { ConfigProblem } from './config-problem.ts';
import type { Environment } from './environment.ts';
import { defaultData } from './known-data.ts';
import { type KnownProvider, knownProviders } from './known-providers.ts';
import { type Offer, offerFromCatalogue } from './offer.ts';
import { isCredential } from './upstream-keys.ts';

/** One upstream for each known provider whose key is in the environment, unless the file has one of that name or provider. */
export async function environmentUpstreams(at: {
  readonly taken: readonly Offer[];
  readonly environment: Environment;
  readonly catalogue: () => Promise<Catalogue>;
}): Promise<Offer[]> {
  const offers: Offer[] = [];
  for (const known of knownProviders) {
    if (at.taken.some(({ upstream }) => upstream.name === known.name || upstream.provider === known.name)) continue;
    const apiKey = at.environment.readSecret(known.variable);
    if (apiKey !== undefined) offers.push(toOffer(known, apiKey, await at.catalogue()));
  }
  return offers;
}

function toOffer(known: KnownProvider, apiKey: string, catalogue: Catalogue): Offer {
  if (!isCredential(apiKey)) {
    throw new ConfigProblem(`environment: ${known.variable} must be one line of printable characters without spaces.`);
  }
  const { models, contexts, ownNames } = offerFromCatalogue(known, catalogue);
  const { name, protocols, baseUrl, type } = known;
  const data = defaultData({ provider: name, type, reachesProvider: true });
  const upstream = {
    name,
    provider: name,
    seller: 'operator',
    protocols,
    baseUrl,
    enabled: true,
    type,
    region: 'unknown',
    data,
    apiKeys: [apiKey],
    models,
  };
  return { upstream, variable: known.variable, contexts, ownNames };
}
