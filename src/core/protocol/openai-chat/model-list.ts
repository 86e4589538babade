import type { ModelCard, ModelList } from '../model-card.ts';

/** Our start: models have no date of birth that we know, and the field is required. */
const created = 1_764_547_200;

export const openaiModels: ModelList = {
  all: (cards) => ({ object: 'list', data: cards.map(toModel) }),
  one: toModel,
};

function toModel({ id, endpoints }: ModelCard) {
  const [owner = 'fairlead'] = id.split('/');
  return { id, object: 'model', created, owned_by: owner, endpoints };
}
