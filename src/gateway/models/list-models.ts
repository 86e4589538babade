import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { ModelList } from '#core/protocol/model-card.ts';
import type { Model } from '#core/routing/endpoint.ts';
import { type Catalogue, catalogueFor, findModel } from '#core/routing/find-model.ts';
import type { Call } from '../call.ts';
import { authenticate } from '../caller/authenticate.ts';
import type { Gateway } from '../gateway.ts';
import { refuse } from '../refuse.ts';
import { idHeaders } from '../relay/reply-headers.ts';
import { listedModels } from './endpoint-card.ts';
import { filterModels } from './filter-models.ts';
import { toModelCard } from './model-card.ts';

/** The models that a key may use, in the list shape of the caller's dialect; with an empty wallet too. */
export async function listModels(
  call: Call,
  gateway: Gateway,
  { list, query }: { readonly list: ModelList; readonly query: URLSearchParams },
): Promise<void> {
  await answer(call, gateway, (catalogue) => {
    const { models, total, next } = filterModels(listedModels(catalogue).filter(isUsable), query, gateway);
    return list.all(models.map(toModelCard), { total, next });
  });
}

export async function showModel(call: Call, gateway: Gateway, list: ModelList): Promise<void> {
  await answer(call, gateway, (catalogue) => {
    const name = call.address.model ?? '';
    const model = findModel(catalogue, name);
    if (model && isUsable(model)) return list.one(toModelCard(model));
    const endpoint = endpointNamed(name, catalogue);
    if (!endpoint) throw new Fault('model-unknown');
    return list.one({ ...toModelCard(endpoint), id: name });
  });
}

/** `model@upstream`: the model with this one of its endpoints. */
function endpointNamed(name: string, catalogue: Catalogue): Model | undefined {
  const at = name.lastIndexOf('@');
  const model = at < 0 ? undefined : findModel(catalogue, name.slice(0, at));
  const endpoints = model?.endpoints.filter(({ upstream }) => upstream.name === name.slice(at + 1) && upstream.enabled);
  return model && endpoints && endpoints.length > 0 ? { ...model, endpoints } : undefined;
}

async function answer(call: Call, gateway: Gateway, make: (catalogue: Catalogue) => unknown): Promise<void> {
  try {
    const { workspace } = await authenticate(call, gateway);
    const body = Buffer.from(JSON.stringify(make(catalogueFor(gateway.catalogue, workspace))));
    call.reply.head(200, [
      ...idHeaders(call),
      ...['content-type', 'application/json', 'content-length', String(body.length), 'cache-control', 'no-store'],
    ]);
    call.reply.end(body);
  } catch (thrown) {
    if (!call.reply.hasLeft) refuse(call, thrown, gateway);
  }
}

/** Whatever its upstreams speak: what is not the caller's dialect is translated. */
function isUsable(model: Model): boolean {
  return model.endpoints.some(({ upstream }) => upstream.enabled && upstream.protocols.length > 0);
}
