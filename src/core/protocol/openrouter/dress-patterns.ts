import type { ProtocolName } from '#core/routing/endpoint.ts';
import { dressChat } from './dress-chat.ts';
import { dressMessages } from './dress-messages.ts';
import { dressResponses } from './dress-responses.ts';
import type { DressPattern } from './reply-dress.ts';

const patterns: Readonly<Partial<Record<ProtocolName, DressPattern>>> = {
  'openai-chat': dressChat,
  'openai-responses': dressResponses,
  'anthropic-messages': dressMessages,
};

export function dressPatternOf(name: ProtocolName): DressPattern | undefined {
  return patterns[name];
}
