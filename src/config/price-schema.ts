import { z } from 'zod';
import { section, whole } from './schema-kinds.ts';

/** Digits after the point that stay exact in pico-USD: per million tokens six, per one unit twelve. */
const amount = z.union([z.number(), z.string()], { error: 'must be an amount in USD, such as 0.25' });

const rates = {
  input: amount.describe('Per million input tokens.').optional(),
  cached_input: amount.describe('Per million input tokens read from a cache.').optional(),
  cache_write_5m: amount.describe('Per million input tokens written to a cache for 5 minutes.').optional(),
  cache_write_1h: amount.describe('Per million input tokens written to a cache for an hour.').optional(),
  output: amount.describe('Per million output tokens.').optional(),
  reasoning: amount.describe('Per million output tokens of reasoning.').optional(),
  audio_input: amount.describe('Per million input tokens of audio.').optional(),
  audio_output: amount.describe('Per million output tokens of audio.').optional(),
  audio_second: amount.describe('Per second of audio.').optional(),
  image: amount.describe('Per image.').optional(),
  request: amount.describe('Per request.').optional(),
};

const tier = section({
  above_input: whole(0, 1_000_000_000).describe(
    'Input tokens above which the whole request costs the prices of this tier.',
  ),
  ...rates,
});

const prices = section({
  ...rates,
  tiers: z
    .array(tier, { error: 'must be a list of tiers, each with above_input' })
    .max(16, 'must hold 16 tiers or fewer')
    .describe('Other prices for long inputs. What a tier leaves out stays as it is without the tier.')
    .optional(),
});

export const priceSchema = z.union([z.literal('free'), prices], {
  error: 'must be free, or a section of prices such as { input: 0.25, output: 2.00 }',
});

export type PriceSettings = z.infer<typeof prices>;
