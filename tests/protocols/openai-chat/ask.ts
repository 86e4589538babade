import { Buffer } from 'node:buffer';
import type { GenerationRequest } from '#core/generation/request.ts';
import { freePrice } from '#core/money/price.ts';
import { openaiChat } from '#core/protocol/openai-chat/openai-chat.ts';
import type { UpstreamAsk } from '#core/protocol/protocol.ts';

const price = { id: 'free', price: freePrice };

/** What an upstream of this provider is asked with; only the provider and the limit matter to the dialect. */
export function askOf(provider: string): UpstreamAsk {
  const upstream = {
    name: 'u',
    provider,
    seller: 'operator',
    protocols: ['openai-chat'],
    baseUrl: 'http://127.0.0.1',
    enabled: true,
    type: 'unverified',
    region: 'unknown',
    data: { retentionDays: 'unknown', trains: 'unknown', source: 'a test', checked: '2026-01-01' },
  } as const;
  const endpoint = { id: 'm@u', model: 'm', upstreamModel: 'up', upstream, price, context: 100_000, maxOutput: 4_096 };
  return {
    endpoint,
    model: 'up',
    outputLimit: 4_096,
    pseudonym: (user) => `pseudonym-${user.length}`,
  };
}

export function decoded(request: object): GenerationRequest {
  return openaiChat.decodeRequest(Buffer.from(JSON.stringify(request)), { model: undefined, stream: undefined });
}

export type Encoded = { readonly body: Record<string, unknown>; readonly dropped: readonly string[] };

export function encoded(request: GenerationRequest, provider: string): Encoded & { toolNames: [string, string][] } {
  const { body, dropped, toolNames } = openaiChat.encodeRequest(request, askOf(provider));
  return { body: JSON.parse(body), dropped, toolNames: [...toolNames] };
}

export const asked = { role: 'user', content: 'Hello' };
