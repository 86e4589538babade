import { divideUp } from './nano.ts';
import type { Pico, Price, Rates } from './price.ts';

/** What is put on top of what an endpoint costs, in millionths: 20 % are 200000. */
export type Markup = bigint;

const whole = 1_000_000n;

/** Whom a rule concerns: what is left out concerns everybody. */
export type MarkupRule = {
  readonly markup: Markup;
  readonly model?: string | undefined;
  readonly seller?: string | undefined;
  /** By id. */
  readonly workspace?: string | undefined;
};

/** What was put on top of a price, with what it was put on. */
export type MarkedUp = { readonly price: Price; readonly cost: Price; readonly markup: Markup };

/** The price that customers see: each rate multiplied, and rounded up to a pico-dollar, so that none is below its cost. */
export function markUp(cost: Price, markup: Markup): MarkedUp | undefined {
  if (markup === 0n) return undefined;
  return { price: multiplied(cost, markup), cost, markup };
}

function multiplied(cost: Price, markup: Markup): Price {
  const { rates, tiers, windows, serviceTiers } = cost;
  const tiersOf = (each: Price['tiers']) =>
    each.map((tier) => ({ aboveInput: tier.aboveInput, rates: ratesOf(tier.rates, markup) }));
  return {
    rates: ratesOf(rates, markup),
    tiers: tiersOf(tiers),
    ...(windows === undefined
      ? {}
      : {
          windows: windows.map((window) => ({
            fromMinute: window.fromMinute,
            untilMinute: window.untilMinute,
            rates: ratesOf(window.rates, markup),
            tiers: tiersOf(window.tiers),
          })),
        }),
    ...(serviceTiers === undefined ? {} : { serviceTiers }),
  };
}

function ratesOf(rates: Rates, markup: Markup): Rates {
  const each = (rate: Pico) => divideUp(rate * (whole + markup), whole);
  const { input, output, ...others } = rates;
  const more = Object.entries(others).flatMap(([unit, rate]) => (rate === undefined ? [] : [[unit, each(rate)]]));
  return { ...Object.fromEntries(more), input: each(input), output: each(output) };
}

/**
 * The one rule that holds for a model, a seller and a workspace: of those that concern them the one that says most, and
 * of two that say as much the one that names the workspace, then the model. Undefined: no rule.
 */
export function ruleFor(
  rules: readonly MarkupRule[],
  of: { readonly model: string; readonly seller: string; readonly workspace: string | undefined },
): MarkupRule | undefined {
  let best: MarkupRule | undefined;
  for (const rule of rules) {
    const concerns =
      (rule.model === undefined || rule.model === of.model) &&
      (rule.seller === undefined || rule.seller === of.seller) &&
      (rule.workspace === undefined || rule.workspace === of.workspace);
    // The first of two that say the same stands.
    if (concerns && (best === undefined || weightOf(rule) > weightOf(best))) best = rule;
  }
  return best;
}

function weightOf({ model, seller, workspace }: MarkupRule): number {
  const said = [workspace, model, seller].map((part) => (part === undefined ? 0 : 1));
  const [ofWorkspace = 0, ofModel = 0, ofSeller = 0] = said;
  return (ofWorkspace + ofModel + ofSeller) * 8 + ofWorkspace * 4 + ofModel * 2 + ofSeller;
}
