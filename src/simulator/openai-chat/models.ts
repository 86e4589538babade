import { findModel } from '../find-model.ts';
import { sandboxModels } from '../sandbox-models.ts';

// The day on which the sandbox opened, in seconds; OpenAI gives each model such a date.
const createdSeconds = 1_767_225_600;

/** GET /v1/models. */
export function writeModelList(): string {
  return JSON.stringify({ object: 'list', data: sandboxModels.map(({ id }) => buildModel(id)) });
}

/** GET /v1/models/{id}; faults and suffixes are found too, though the list leaves them out. */
export function writeModel(name: string): string | undefined {
  if (findModel(name) === undefined) return undefined;
  return JSON.stringify(buildModel(name.startsWith('sandbox/') ? name : `sandbox/${name}`));
}

function buildModel(id: string): unknown {
  return { id, object: 'model', created: createdSeconds, owned_by: 'sandbox' };
}
