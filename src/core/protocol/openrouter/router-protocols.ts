import type { ProtocolName } from '#core/routing/endpoint.ts';
import type { Protocol } from '../protocol.ts';
import { protocolOf } from '../protocols.ts';
import { routerChat } from './router-chat.ts';
import { routerResponses } from './router-responses.ts';

const spoken: Readonly<Partial<Record<ProtocolName, Protocol>>> = {
  'openai-chat': routerChat,
  'openai-responses': routerResponses,
};

/** A dialect as OpenRouter's callers speak it. */
export function routerProtocolOf(name: ProtocolName): Protocol {
  return spoken[name] ?? protocolOf(name);
}
