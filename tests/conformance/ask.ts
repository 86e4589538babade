import { freePrice } from '#core/money/price.ts';
import type { RequestAddress, UpstreamAsk } from '#core/protocol/protocol.ts';
import { pseudonymOf } from './compare/requests.ts';
import type { Dialect } from './oracle/summary.ts';
import { seededRandom } from './random.ts';

/** An older and a newer model of each family: they differ in what they take. */
const models = {
  'openai-chat': ['gpt-4.1', 'gpt-5.1'],
  'openai-responses': ['gpt-4.1', 'gpt-5.1'],
  'anthropic-messages': ['claude-sonnet-4-5', 'claude-opus-5'],
  'gemini-generate': ['gemini-2.5-flash', 'gemini-3-flash-preview'],
} as const satisfies Record<Dialect, readonly [older: string, newer: string]>;

/** Each exchange goes to one of the two, always the same. */
export function modelFor(dialect: Dialect, id: string): string {
  const [older, newer] = models[dialect];
  return seededRandom(id)() < 0.5 ? older : newer;
}

export function newerModelOf(dialect: Dialect): string {
  return models[dialect][1];
}

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

type Asked = { readonly model: string; readonly outputLimit?: number; readonly provider?: string | undefined };

/** What we ask of an upstream of this dialect. */
export function askOf(dialect: Dialect, asked: Asked): UpstreamAsk {
  const { model, outputLimit = limitOfOurs, provider = providers[dialect] } = asked;
  return {
    endpoint: {
      id: 'model@upstream',
      model: 'model',
      upstreamModel: model,
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
    model,
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
