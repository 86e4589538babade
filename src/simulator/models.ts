// What models there are, told in the dialect of who asks.
import { hasAnthropicKey, messagesDialect } from './anthropic-messages/messages.ts';
import * as anthropic from './anthropic-messages/models.ts';
import { type Asked, decodeName, hasBearer } from './asked.ts';
import { refuse } from './gemini-generate/errors.ts';
import { hasGoogleKey } from './gemini-generate/generate.ts';
import { jsonType, writeHeaders } from './gemini-generate/heads.ts';
import * as gemini from './gemini-generate/models.ts';
import { chatDialect } from './openai-chat/chat.ts';
import * as chat from './openai-chat/models.ts';
import type { Speaker } from './surface.ts';
import type { Refusal } from './trouble.ts';

export type ModelsReply = { readonly speaker: Speaker; readonly reply: string | Refusal };

type Catalogue = {
  readonly speaker: Speaker;
  readonly hasKey: (asked: Asked) => boolean;
  readonly models: { writeModelList(): string; writeModel(name: string): string | undefined };
};

/** GET /v1/models, /v1beta/models and their single models; all other paths are refused. */
export function answerModels(asked: Asked): ModelsReply {
  const [, version = '', name] = /^\/(v1|v1beta)\/models(?:\/(.+))?$/.exec(asked.path) ?? [];
  const { speaker, hasKey, models } = findCatalogue(asked, version);
  if (asked.method !== 'GET' || version === '') {
    return { speaker, reply: speaker.refuse({ kind: 'url-unknown', method: asked.method, path: asked.path }) };
  }
  if (!hasKey(asked)) return { speaker, reply: speaker.refuse({ kind: 'key-missing' }) };
  if (name === undefined) return { speaker, reply: models.writeModelList() };
  const model = decodeName(name);
  return { speaker, reply: models.writeModel(model) ?? speaker.refuse({ kind: 'model-unknown', model }) };
}

function findCatalogue(asked: Asked, version: string): Catalogue {
  if (asked.headers['anthropic-version'] !== undefined) {
    return { speaker: messagesDialect, hasKey: hasAnthropicKey, models: anthropic };
  }
  if (version === 'v1beta' || hasGoogleKey(asked)) {
    const place = { version: version === '' ? 'v1beta' : version, method: 'getModel', isArray: false };
    const speaker: Speaker = { errorType: jsonType, writeHeaders, refuse: (trouble) => refuse(trouble, place) };
    return { speaker, hasKey: hasGoogleKey, models: gemini };
  }
  return { speaker: chatDialect, hasKey: hasBearer, models: chat };
}
