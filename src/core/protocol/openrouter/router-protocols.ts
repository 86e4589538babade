import type { CallerProtocolName } from '#core/routing/endpoint.ts';
import type { Protocol } from '../protocol.ts';
import { protocolOf } from '../protocols.ts';
import { routerChat } from './router-chat.ts';
import { routerResponses } from './router-responses.ts';

const spoken: Readonly<Partial<Record<CallerProtocolName, Protocol>>> = {
  'openai-chat': routerChat,
  'openai-responses': routerResponses,
};

/** A dialect as OpenRouter's callers speak it. */
export function routerProtocolOf(name: CallerProtocolName): Protocol {
  return spoken[name] ?? protocolOf(name);
}
