// What models there are, told in the dialect of who asks.
import { hasAnthropicKey, messagesDialect } from './anthropic-messages/messages.ts';
import { anthropicModels } from './anthropic-messages/models.ts';
import { type Asked, decodeName, hasBearer } from './asked.ts';
import { findModel } from './find-model.ts';
import { refuse } from './gemini-generate/errors.ts';
import { hasGoogleKey } from './gemini-generate/generate.ts';
import { jsonType, writeHeaders } from './gemini-generate/heads.ts';
import { geminiModels } from './gemini-generate/models.ts';
import type { ModelPages } from './model-pages.ts';
import { chatDialect } from './openai-chat/chat.ts';
import { chatModels } from './openai-chat/models.ts';
import { sandboxModels } from './sandbox-models.ts';
import type { Speaker } from './surface.ts';
import type { Refusal } from './trouble.ts';

export type ModelsReply = { readonly speaker: Speaker; readonly reply: string | Refusal };

type Catalogue = {
  readonly speaker: Speaker;
  readonly hasKey: (asked: Asked) => boolean;
  readonly pages: ModelPages;
};

/** GET /v1/models, /v1beta/models and their single models; all other paths are refused. */
export function answerModels(asked: Asked): ModelsReply {
  const [, version = '', name] = /^\/(v1|v1beta)\/models(?:\/(.+))?$/.exec(asked.path) ?? [];
  const { speaker, hasKey, pages } = findCatalogue(asked, version);
  if (asked.method !== 'GET' || version === '') {
    return { speaker, reply: speaker.refuse({ kind: 'url-unknown', method: asked.method, path: asked.path }) };
  }
  if (!hasKey(asked)) return { speaker, reply: speaker.refuse({ kind: 'key-missing' }) };
  if (name === undefined) return { speaker, reply: pages.writeList(sandboxModels.map(({ id }) => id)) };
  const model = decodeName(name);
  return { speaker, reply: writeModel(pages, model) ?? speaker.refuse({ kind: 'model-unknown', model }) };
}

function findCatalogue(asked: Asked, version: string): Catalogue {
  if (asked.headers['anthropic-version'] !== undefined) {
    return { speaker: messagesDialect, hasKey: hasAnthropicKey, pages: anthropicModels };
  }
  if (version === 'v1beta' || hasGoogleKey(asked)) {
    const place = { version: version === '' ? 'v1beta' : version, method: 'getModel', isArray: false };
    const speaker: Speaker = { errorType: jsonType, writeHeaders, refuse: (trouble) => refuse(trouble, place) };
    return { speaker, hasKey: hasGoogleKey, pages: geminiModels };
  }
  return { speaker: chatDialect, hasKey: hasBearer, pages: chatModels };
}

function writeModel(pages: ModelPages, name: string): string | undefined {
  if (findModel(name) === undefined) return undefined;
  return pages.writeModel(name.startsWith('sandbox/') ? name : `sandbox/${name}`);
}
