import type { ProtocolName } from '#core/routing/endpoint.ts';
import { anthropicCount } from './anthropic-messages/token-count.ts';
import { geminiCount } from './gemini-generate/token-count.ts';
import { responsesCount } from './openai-responses/token-count.ts';

/** A dialect's own question how many tokens a request has. */
export type TokenCount = {
  /** Below the upstream's base URL. */
  upstreamPath(model: string): string;
  /** The number in an upstream's reply, or undefined. */
  read(reply: Uint8Array): number | undefined;
  encode(tokens: number): unknown;
};

const counts: Readonly<Partial<Record<ProtocolName, TokenCount>>> = {
  'openai-responses': responsesCount,
  'anthropic-messages': anthropicCount,
  'gemini-generate': geminiCount,
};

export function tokenCountOf(name: ProtocolName): TokenCount | undefined {
  return counts[name];
}
