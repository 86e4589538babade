import { Fault } from '#core/generation/fault.ts';
import type { Model, ProtocolName } from '#core/routing/endpoint.ts';
import { findModel } from '#core/routing/find-model.ts';
import { authenticate } from './authenticate.ts';
import type { Call } from './call.ts';
import type { Gateway } from './gateway.ts';
import { refuse } from './refuse.ts';
import { idHeaders } from './reply-headers.ts';

/** Our start: models have no date of birth that we know, and the field is required. */
const created = 1_764_547_200;

/** The models that a key may use, in OpenAI's list shape; with an empty wallet too. */
export async function listModels(call: Call, gateway: Gateway): Promise<void> {
  await answer(call, gateway, () => ({ object: 'list', data: usable(call, gateway).map(toModelObject) }));
}

export async function showModel(call: Call, id: string, gateway: Gateway): Promise<void> {
  await answer(call, gateway, () => {
    const model = findModel(gateway.catalogue, id);
    if (!model || !isUsable(model, call.protocol.name)) throw new Fault('model-unknown');
    return toModelObject(model);
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

function usable(call: Call, gateway: Gateway): readonly Model[] {
  return gateway.catalogue.models
    .filter(({ id }) => !id.endsWith('*'))
    .filter((model) => isUsable(model, call.protocol.name));
}

function isUsable(model: Model, protocol: ProtocolName): boolean {
  return model.endpoints.some(({ upstream }) => upstream.enabled && upstream.protocols.includes(protocol));
}

function toModelObject(model: Model) {
  const [owner = 'fairlead'] = model.id.split('/');
  return { id: model.id, object: 'model', created, owned_by: owner };
}
