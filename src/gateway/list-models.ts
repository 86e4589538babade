import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { ModelList } from '#core/protocol/model-lists.ts';
import type { Model } from '#core/routing/endpoint.ts';
import { findModel } from '#core/routing/find-model.ts';
import { authenticate } from './authenticate.ts';
import type { Call } from './call.ts';
import { listedModels } from './endpoint-card.ts';
import { filterModels } from './filter-models.ts';
import type { Gateway } from './gateway.ts';
import { toModelCard } from './model-card.ts';
import { refuse } from './refuse.ts';
import { idHeaders } from './reply-headers.ts';

/** The models that a key may use, in the list shape of the caller's dialect; with an empty wallet too. */
export async function listModels(
  call: Call,
  gateway: Gateway,
  { list, query }: { readonly list: ModelList; readonly query: URLSearchParams },
): Promise<void> {
  await answer(call, gateway, () => {
    const { models, total, next } = filterModels(listedModels(gateway).filter(isUsable), query, gateway);
    return list.all(models.map(toModelCard), { total, next });
  });
}

export async function showModel(call: Call, gateway: Gateway, list: ModelList): Promise<void> {
  await answer(call, gateway, () => {
    const model = findModel(gateway.catalogue, call.address.model ?? '');
    if (!model || !isUsable(model)) throw new Fault('model-unknown');
    return list.one(toModelCard(model));
  });
}

async function answer(call: Call, gateway: Gateway, make: () => unknown): Promise<void> {
  try {
    await authenticate(call, gateway);
    const body = Buffer.from(JSON.stringify(make()));
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
