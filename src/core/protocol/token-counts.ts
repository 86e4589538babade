import type { ProtocolName } from '#core/routing/endpoint.ts';
import { anthropicCount } from './anthropic-messages/token-count.ts';
import { geminiCount } from './gemini-generate/token-count.ts';
import { responsesCount } from './openai-responses/token-count.ts';
import type { TokenCount } from './token-count.ts';

const counts: Readonly<Partial<Record<ProtocolName, TokenCount>>> = {
  'openai-responses': responsesCount,
  'anthropic-messages': anthropicCount,
  'gemini-generate': geminiCount,
};

export function tokenCountOf(name: ProtocolName): TokenCount | undefined {
  return counts[name];
}
