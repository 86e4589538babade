import { divideUp, parseDecimal } from '#core/money/nano.ts';
import type { Pico, Price } from '#core/money/price.ts';

/** One model as somebody else's list has it. */
export type ListedModel = {
  /** As our configuration calls it; undefined where the list does not say, or says one that we have no name for. */
  readonly provider: string | undefined;
  /** The provider's own name for the model. */
  readonly model: string;
  readonly price: Price;
};

export type PriceList = {
  readonly source: 'litellm' | 'openrouter' | 'catalogue';
  readonly models: readonly ListedModel[];
  /** Models whose price our units cannot express, or that have none. */
  readonly left: number;
};

/** USD per token as a number or a text → pico-USD; below a pico it is rounded up. Undefined: no amount, or below zero. */
export function picoPerToken(usd: unknown): Pico | undefined {
  if (typeof usd !== 'number' && typeof usd !== 'string') return undefined;
  const exact = parseDecimal(usd, 30);
  return exact === undefined ? undefined : divideUp(exact, 10n ** 18n);
}
