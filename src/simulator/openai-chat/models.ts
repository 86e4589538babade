import { findFault } from '../faults/table.ts';
import { readModelName } from '../model-name.ts';

// The day on which the sandbox opened, in seconds; OpenAI gives each model such a date.
const createdSeconds = 1_767_225_600;

/** GET /v1/models. */
export function writeModelList(ids: readonly string[]): string {
  return JSON.stringify({ object: 'list', data: ids.map(buildModel) });
}

/** GET /v1/models/{id}; faults and suffixes are found too, though the list leaves them out. */
export function writeModel(name: string): string | undefined {
  const model = readModelName(name);
  if (model === undefined || (model.kind === 'fault' && findFault(model.mode) === undefined)) return undefined;
  return JSON.stringify(buildModel(name.startsWith('sandbox/') ? name : `sandbox/${name}`));
}

function buildModel(id: string): unknown {
  return { id, object: 'model', created: createdSeconds, owned_by: 'sandbox' };
}
