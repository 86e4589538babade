import { Fault } from '#core/generation/fault.ts';
import { formatPicoUsd } from '#core/money/nano.ts';
import { freePrice, type Rates } from '#core/money/price.ts';
import type { ModelCard, ModelList, Pricing } from '#core/protocol/model-lists.ts';
import type { Model } from '#core/routing/endpoint.ts';
import { findModel } from '#core/routing/find-model.ts';
import { authenticate } from './authenticate.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import { refuse } from './refuse.ts';
import { idHeaders } from './reply-headers.ts';

/** The models that a key may use, in the list shape of the caller's dialect; with an empty wallet too. */
export async function listModels(call: Call, gateway: Gateway, list: ModelList): Promise<void> {
  await answer(call, gateway, () => list.all(usable(gateway).map(toCard)));
}

export async function showModel(call: Call, gateway: Gateway, list: ModelList): Promise<void> {
  await answer(call, gateway, () => {
    const model = findModel(gateway.catalogue, call.address.model ?? '');
    if (!model || !isUsable(model)) throw new Fault('model-unknown');
    return list.one(toCard(model));
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

function usable(gateway: Gateway): readonly Model[] {
  return gateway.catalogue.models.filter((model) => !model.id.endsWith('*') && isUsable(model));
}

/** Whatever its upstreams speak: what is not the caller's dialect is translated. */
function isUsable(model: Model): boolean {
  return model.endpoints.some(({ upstream }) => upstream.enabled && upstream.protocols.length > 0);
}

function toCard({ id, context, maxOutput, endpoints }: Model): ModelCard {
  const [first] = endpoints;
  return { id, context, maxOutput, pricing: toPricing((first?.price.price ?? freePrice).rates) };
}

function toPricing({ input, output, cachedInput, cacheWrite5m, reasoning, request, image }: Rates): Pricing {
  return {
    prompt: formatPicoUsd(input),
    completion: formatPicoUsd(output),
    request: formatPicoUsd(request ?? 0n),
    image: formatPicoUsd(image ?? 0n),
    ...(cachedInput === undefined ? {} : { input_cache_read: formatPicoUsd(cachedInput) }),
    ...(cacheWrite5m === undefined ? {} : { input_cache_write: formatPicoUsd(cacheWrite5m) }),
    ...(reasoning === undefined ? {} : { internal_reasoning: formatPicoUsd(reasoning) }),
  };
}
