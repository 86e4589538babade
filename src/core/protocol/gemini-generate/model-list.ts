import type { ModelCard, ModelList } from '../model-card.ts';

export const geminiModels: ModelList = {
  all: (cards) => ({ models: cards.map(toModel) }),
  one: toModel,
};

function toModel({ id, context, maxOutput }: ModelCard) {
  return {
    name: `models/${id}`,
    version: '1',
    displayName: id,
    inputTokenLimit: context,
    outputTokenLimit: maxOutput,
    supportedGenerationMethods: ['generateContent', 'streamGenerateContent', 'countTokens'],
  };
}
