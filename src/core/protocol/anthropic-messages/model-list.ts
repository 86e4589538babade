import type { ModelCard, ModelList } from '../model-card.ts';

/** Our start: models have no date of birth that we know, and the field is required. */
const createdAt = '2025-12-01T00:00:00Z';

export const anthropicModels: ModelList = {
  // One page holds all of them, so there is never a next one.
  all: (cards) => ({
    data: cards.map(toModel),
    has_more: false,
    first_id: cards[0]?.id ?? null,
    last_id: cards.at(-1)?.id ?? null,
  }),
  one: toModel,
};

function toModel({ id, context, maxOutput }: ModelCard) {
  return {
    type: 'model',
    id,
    display_name: id,
    created_at: createdAt,
    capabilities: null,
    max_input_tokens: context,
    max_tokens: maxOutput,
  };
}
