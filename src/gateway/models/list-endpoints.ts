import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { toRouterEndpoint } from '#core/protocol/openrouter/endpoint-list.ts';
import { toRouterModel } from '#core/protocol/openrouter/model-list.ts';
import { dayOf, handlingOn } from '#core/routing/data-handling.ts';
import { type Catalogue, catalogueFor, findModel } from '#core/routing/find-model.ts';
import type { Call } from '../call.ts';
import { authenticate } from '../caller/authenticate.ts';
import type { Gateway } from '../gateway.ts';
import { refuse } from '../refuse.ts';
import { idHeaders } from '../relay/reply-headers.ts';
import { cardsOf, listedModels } from './endpoint-card.ts';
import { toModelCard } from './model-card.ts';

/** What OpenRouter's callers ask of endpoints and providers. */
export type EndpointsAsked = 'of-a-model' | 'without-retention' | 'providers';

/** Endpoints with their price, data handling and health, as this gateway knows them; with an empty wallet too. */
export async function listEndpoints(call: Call, asked: EndpointsAsked, gateway: Gateway): Promise<void> {
  try {
    const { workspace } = await authenticate(call, gateway);
    const catalogue = catalogueFor(gateway.catalogue, workspace);
    const body = Buffer.from(JSON.stringify({ data: make(call, asked, { catalogue, gateway }) }));
    call.reply.head(200, [
      ...idHeaders(call),
      ...['content-type', 'application/json', 'content-length', String(body.length), 'cache-control', 'no-store'],
    ]);
    call.reply.end(body);
  } catch (thrown) {
    if (!call.reply.hasLeft) refuse(call, thrown, gateway);
  }
}

/** With the prices of who asks. */
type Seen = { readonly catalogue: Catalogue; readonly gateway: Gateway };

function make(call: Call, asked: EndpointsAsked, seen: Seen): unknown {
  const { catalogue, gateway } = seen;
  switch (asked) {
    case 'of-a-model':
      return endpointsOf(call.address.model ?? '', seen);
    case 'without-retention':
      return listedModels(catalogue).flatMap((model) => {
        const endpoints = model.endpoints.filter(
          ({ upstream }) => handlingOn(upstream.data, dayOf(Date.now())).retentionDays === 0,
        );
        return cardsOf({ ...model, endpoints }, gateway).map(toRouterEndpoint);
      });
    case 'providers':
      return providersOf(gateway);
  }
}

function endpointsOf(name: string, { catalogue, gateway }: Seen): unknown {
  const model = findModel(catalogue, name);
  if (!model) throw new Fault('model-unknown');
  const { id, created, description, architecture } = toRouterModel(toModelCard(model));
  return { id, name: id, created, description, architecture, endpoints: cardsOf(model, gateway).map(toRouterEndpoint) };
}

/** Each provider once, with where its upstreams say their models run. */
function providersOf(gateway: Gateway): unknown {
  const regions = new Map<string, Set<string>>();
  for (const { upstream } of gateway.catalogue.models.flatMap(({ endpoints }) => endpoints)) {
    if (!upstream.enabled) continue;
    const known = regions.get(upstream.provider) ?? new Set();
    regions.set(upstream.provider, upstream.region === 'unknown' ? known : known.add(upstream.region));
  }
  return [...regions].map(([name, places]) => ({
    name,
    slug: name.toLowerCase(),
    privacy_policy_url: policyOf(name, gateway),
    terms_of_service_url: null,
    status_page_url: null,
    headquarters: null,
    datacenters: [...places].filter((place) => /^[A-Za-z]{2}$/.test(place)).map((place) => place.toUpperCase()),
  }));
}

/** Where its handling of data is written down, if that is an address. */
function policyOf(provider: string, { catalogue }: Gateway): string | null {
  for (const { upstream } of catalogue.models.flatMap(({ endpoints }) => endpoints)) {
    if (upstream.provider === provider && /^https?:/.test(upstream.data.source)) return upstream.data.source;
  }
  return null;
}
