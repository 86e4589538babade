import type { ModelPages } from '../model-pages.ts';

export const anthropicModels: ModelPages = {
  writeList: (ids) =>
    JSON.stringify({
      data: ids.map(buildModel),
      has_more: false,
      first_id: ids[0] ?? null,
      last_id: ids.at(-1) ?? null,
    }),
  writeModel: (id) => JSON.stringify(buildModel(id)),
};

function buildModel(id: string): object {
  return { type: 'model', id, display_name: id, created_at: '2026-01-01T00:00:00Z' };
}
