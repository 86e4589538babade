import type { ModelCard, ModelList } from '../model-card.ts';

/** Our start: models have no date of birth that we know, and the field is required. */
const created = 1_764_547_200;

/** OpenRouter's catalogue: prices are USD per token, as decimal texts. */
export const routerModels: ModelList = {
  all: (cards, { total, next }) => ({
    data: cards.map(toRouterModel),
    total_count: total,
    links: { next: next === null ? null : `/api/v1/models${next}` },
  }),
  one: (card) => ({ data: toRouterModel(card) }),
};

export function toRouterModel({ id, context, maxOutput, pricing, takesImages, parameters }: ModelCard) {
  const input = takesImages ? ['text', 'image'] : ['text'];
  return {
    id,
    canonical_slug: id,
    hugging_face_id: null,
    name: id,
    created,
    description: '',
    context_length: context,
    knowledge_cutoff: null,
    expiration_date: null,
    architecture: {
      modality: `${input.join('+')}->text`,
      input_modalities: input,
      output_modalities: ['text'],
      tokenizer: 'Other',
      instruct_type: null,
    },
    pricing,
    top_provider: { context_length: context, max_completion_tokens: maxOutput, is_moderated: false },
    per_request_limits: null,
    supported_parameters: parameters,
    supported_voices: null,
    default_parameters: null,
    links: { details: `/api/v1/models/${id}/endpoints` },
  };
}
