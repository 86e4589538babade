import { findModel } from '../find-model.ts';
import { sandboxModels } from '../sandbox-models.ts';

/** GET /v1/models for who speaks Anthropic's dialect. */
export function writeModelList(): string {
  const data = sandboxModels.map(({ id }) => buildModel(id));
  return JSON.stringify({ data, has_more: false, first_id: sandboxModels[0]?.id, last_id: sandboxModels.at(-1)?.id });
}

export function writeModel(name: string): string | undefined {
  if (findModel(name) === undefined) return undefined;
  return JSON.stringify(buildModel(name.startsWith('sandbox/') ? name : `sandbox/${name}`));
}

function buildModel(id: string): object {
  return { type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' };
}
