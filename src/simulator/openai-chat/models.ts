import type { ModelPages } from '../model-pages.ts';

// The day on which the sandbox opened, in seconds; OpenAI gives each model such a date.
const createdSeconds = 1_767_225_600;

export const chatModels: ModelPages = {
  writeList: (ids) => JSON.stringify({ object: 'list', data: ids.map(buildModel) }),
  writeModel: (id) => JSON.stringify(buildModel(id)),
};

function buildModel(id: string): object {
  return { id, object: 'model', created: createdSeconds, owned_by: 'sandbox' };
}
