import type { ModelCard, ModelList } from '../model-lists.ts';

/** Our start: models have no date of birth that we know, and the field is required. */
const created = 1_764_547_200;

/** OpenRouter's catalogue: prices are USD per token, as decimal texts. */
export const routerModels: ModelList = {
  all: (cards) => ({ data: cards.map(toModel), total_count: cards.length, links: { next: null } }),
  one: (card) => ({ data: toModel(card) }),
};

function toModel({ id, context, maxOutput, pricing }: ModelCard) {
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
      modality: 'text->text',
      input_modalities: ['text'],
      output_modalities: ['text'],
      tokenizer: 'Other',
      instruct_type: null,
    },
    pricing,
    top_provider: { context_length: context, max_completion_tokens: maxOutput, is_moderated: false },
    per_request_limits: null,
    supported_parameters: [],
    default_parameters: null,
  };
}
