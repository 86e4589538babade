import { freePrice } from '../../src/core/money/price.ts';
import type { RequestAddress, UpstreamAsk } from '../../src/core/protocol/protocol.ts';
import { pseudonymOf } from './compare/requests.ts';
import type { Dialect } from './oracle/summary.ts';

export const upstreamModel = 'the-upstreams-model';
export const generation = 'gen-01hzzzzzzzzzzzzzzzzzzzzzz0';
export const createdAt = 1_790_000_000;
/** What an upstream is given where the caller named no limit. */
export const limitOfOurs = 32_000;

const providers = {
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'anthropic-messages': 'anthropic',
  'gemini-generate': 'google',
} as const satisfies Record<Dialect, string>;

/** What we ask of an upstream of this dialect. */
export function askOf(dialect: Dialect, outputLimit: number, provider: string = providers[dialect]): UpstreamAsk {
  return {
    endpoint: {
      id: 'model@upstream',
      model: 'model',
      upstreamModel,
      upstream: {
        name: 'upstream',
        provider,
        seller: 'operator',
        protocols: [dialect],
        baseUrl: 'https://upstream.invalid/v1',
        enabled: true,
        type: 'first_party',
        region: 'eu',
        data: { retentionDays: 0, trains: false, source: 'test', checked: '2026-01-01' },
      },
      price: { id: 'v1', price: freePrice },
      context: 1_000_000,
      maxOutput: 128_000,
    },
    model: upstreamModel,
    outputLimit,
    pseudonym: pseudonymOf,
  };
}

/** Gemini's address tells what the other dialects tell in the body. */
export function addressOf(dialect: Dialect, url: string): RequestAddress {
  if (dialect !== 'gemini-generate') return { model: undefined, stream: undefined };
  const [, model, verb] = /models\/([^:/?]+):(\w+)/.exec(url) ?? [];
  return { model: decodeURIComponent(model ?? 'model'), stream: verb === 'streamGenerateContent' };
}
