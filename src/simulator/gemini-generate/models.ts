import { findModel } from '../find-model.ts';
import { contextMax, outputMax, sandboxModels } from '../sandbox-models.ts';

/** GET /v1beta/models. */
export function writeModelList(): string {
  return `${JSON.stringify({ models: sandboxModels.map(({ id }) => buildModel(id)) }, null, 2)}\n`;
}

export function writeModel(name: string): string | undefined {
  if (findModel(name) === undefined) return undefined;
  return `${JSON.stringify(buildModel(name.startsWith('sandbox/') ? name : `sandbox/${name}`), null, 2)}\n`;
}

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
