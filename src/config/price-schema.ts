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

const clock = z
  .string({ error: 'must be a time such as "16:30"' })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as "16:30"');

const tiers = z
  .array(tier, { error: 'must be a list of tiers, each with above_input' })
  .max(16, 'must hold 16 tiers or fewer');

const window = section({
  from: clock.describe('The minute of the day, UTC, from which it holds.'),
  until: clock.describe('The minute at which it ends; one before `from` is the next day’s.'),
  ...rates,
  tiers: tiers.describe('The tiers within it.').optional(),
});

const prices = section({
  ...rates,
  tiers: tiers
    .describe('Other prices for long inputs. What a tier leaves out stays as it is without the tier.')
    .optional(),
  windows: z
    .array(window, { error: 'must be a list of hours, each with from and until' })
    .max(16, 'must hold 16 entries or fewer')
    .describe('Other prices by the time of day. What one leaves out stays as it is outside.')
    .optional(),
  service_tiers: z
    .record(z.string().regex(/^[a-z][a-z_]{1,23}$/, 'must be a word such as flex'), amount, {
      error: 'must be a section such as { flex: 0.5, priority: 2 }',
    })
    .describe('What a service tier costs, as a multiple of the prices above, such as `{ flex: 0.5 }`.')
    .optional(),
});

export const priceSchema = z.union([z.literal('free'), prices], {
  error: 'must be free, or a section of prices such as { input: 0.25, output: 2.00 }',
});

export type PriceSettings = z.infer<typeof prices>;
