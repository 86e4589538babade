import type { Markup, MarkupRule } from '#core/money/markup.ts';
import type { Price } from '#core/money/price.ts';

/** Prices as they were dated, and what is put on top of them. */
export type CatalogueStore = {
  /** Makes a new version where an endpoint's price differs from its last one; returns the version in force of each. */
  datePrices(prices: readonly DatedPrice[], now: number): Promise<ReadonlyMap<string, string>>;
  /** Undefined: there is none of this id. */
  priceVersion(id: string): Promise<PriceOfVersion | undefined>;
  markupRules(): Promise<readonly MarkupRule[]>;
  /** One for each model, seller and workspace: set again, it moves. */
  setMarkup(rule: MarkupRule, now: number): Promise<void>;
  /** False: there is no such rule. */
  removeMarkup(rule: Omit<MarkupRule, 'markup'>, now: number): Promise<boolean>;
};

/** `endpoint`: its id, and the workspace's behind a space where it has a price of its own. */
export type DatedPrice = {
  readonly endpoint: string;
  readonly price: Price;
  /** What the endpoint itself costs, and what was put on top. */
  readonly cost?: Price | undefined;
  readonly markup?: Markup | undefined;
};

type PriceOfVersion = {
  readonly endpoint: string;
  readonly since: number;
  readonly price: Price;
  readonly cost: Price | undefined;
  readonly markup: Markup;
};
