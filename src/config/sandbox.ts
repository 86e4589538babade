import type { Price } from '#core/money/price.ts';
import { anyModel } from '#core/routing/find-model.ts';
import type { ModelConfig, UpstreamConfig } from './config.ts';

/** USD per million: input 0.25, cached 0.025, output 2.00, in pico per token. */
const sandboxPrice: Price = { rates: { input: 250_000n, cachedInput: 25_000n, output: 2_000_000n }, tiers: [] };

/** Billed as speech models are: by tokens of audio, or by the second. */
const prices: ReadonlyMap<string, Price> = new Map([
  ['sandbox/speech', { rates: { ...sandboxPrice.rates, audioOutput: 4_000_000n }, tiers: [] }],
  ['sandbox/transcribe', { rates: { input: 0n, output: 0n, audioSecond: 100_000_000n }, tiers: [] }],
]);

/** Families of models whose names carry numbers: faults, paces, exact lengths. */
const families = ['sandbox/fault-*', 'sandbox/fill-*', 'sandbox/pace-*'];

type SandboxModel = { readonly id: string; readonly context: number; readonly maxOutput: number };

/** The simulator as an upstream like any other; its models are always there unless the operator says no. */
export function sandboxOffer(
  port: number,
  models: readonly SandboxModel[],
): { readonly upstream: UpstreamConfig; readonly models: readonly ModelConfig[] } {
  const [first] = models;
  const all = [
    ...models,
    ...families.map((id) => ({ id, context: first?.context ?? 0, maxOutput: first?.maxOutput ?? 0 })),
  ];
  return {
    upstream: {
      name: 'sandbox',
      provider: 'sandbox',
      seller: 'operator',
      protocols: ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'],
      baseUrl: `http://127.0.0.1:${port}/v1`,
      enabled: true,
      type: 'sandbox',
      region: 'local',
      data: { retentionDays: 0, trains: false, humanReview: false, source: 'declared by the operator', checked: '' },
      apiKeys: ['sandbox'],
      models: all.map(({ id }) => ({
        upstreamModel: id.endsWith(anyModel) ? anyModel : id,
        as: id,
        price: prices.get(id) ?? sandboxPrice,
      })),
    },
    models: all.map((model) => ({ ...model, aliases: [] })),
  };
}
