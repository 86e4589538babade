import type { ModelPages } from '../model-pages.ts';
import { contextMax, outputMax } from '../sandbox-models.ts';

export const geminiModels: ModelPages = {
  writeList: (ids) => `${JSON.stringify({ models: ids.map(buildModel) }, null, 2)}\n`,
  writeModel: (id) => `${JSON.stringify(buildModel(id), null, 2)}\n`,
};

function buildModel(id: string): object {
  return {
    name: `models/${id}`,
    baseModelId: id,
    version: '1',
    displayName: id,
    description: 'A scripted model.',
    inputTokenLimit: contextMax,
    outputTokenLimit: outputMax,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
    thinking: id.includes('think'),
  };
}
