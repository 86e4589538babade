/** What a list of models tells of one. */
export type ModelCard = {
  readonly id: string;
  readonly context: number;
  readonly maxOutput: number;
  /** USD per unit, as decimal texts, of the first endpoint. */
  readonly pricing: Pricing;
  /** As far as the operator, or the catalogue, says. */
  readonly takesImages: boolean;
  /** OpenRouter's words for what it is known to take. */
  readonly parameters: readonly string[];
  /** Who may answer, as the Endpoint Types Policy says it. */
  readonly endpoints: readonly { readonly id: string; readonly disclosure: object }[];
};

/** A part of a list: how many there are in all, and the question that gives the next ones. */
export type ListPage = { readonly total: number; readonly next: string | null };

export type Pricing = {
  readonly prompt: string;
  readonly completion: string;
  readonly request: string;
  readonly image: string;
  readonly input_cache_read?: string;
  readonly input_cache_write?: string;
  readonly input_cache_write_1h?: string;
  readonly internal_reasoning?: string;
};

/** How a dialect shows the models. JSON values of names and numbers from the operator's configuration. */
export type ModelList = {
  all(cards: readonly ModelCard[], page: ListPage): unknown;
  one(card: ModelCard): unknown;
};
