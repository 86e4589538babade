import type { Difference } from '../compare/difference.ts';
import { readPayloads } from '../oracle/read-sse.ts';
import type { Dialect } from '../oracle/summary.ts';
import { GeminiShapes } from './gemini-shapes.ts';
import { JsonSchemas } from './json-schemas.ts';

/** Whether what we emit is what the dialect's own types allow. */
export class Schemas {
  readonly #json: JsonSchemas;
  readonly #gemini: GeminiShapes;

  constructor(wire: string) {
    this.#json = new JsonSchemas(wire);
    this.#gemini = new GeminiShapes(wire);
  }

  checkRequest(dialect: Dialect, body: unknown): Difference | undefined {
    switch (dialect) {
      case 'openai-chat':
        return this.#json.check('OChatCreate', body);
      case 'openai-responses':
        return this.#json.check('ORespCreate', body);
      case 'anthropic-messages':
        return this.#json.check('ACreate', body);
      case 'gemini-generate':
        return this.#gemini.check('GenerateContentRequest', body);
    }
  }

  checkReply(dialect: Dialect, body: unknown): Difference | undefined {
    switch (dialect) {
      case 'openai-chat':
        return this.#json.check('OChat', body);
      case 'openai-responses':
        return this.#json.check('OResponse', body);
      case 'anthropic-messages':
        return this.#json.check('AMessage', body);
      case 'gemini-generate':
        return this.#gemini.check('GenerateContentResponse', body);
    }
  }

  checkStream(dialect: Dialect, stream: string): Difference | undefined {
    for (const payload of readPayloads(stream)) {
      if (payload === '[DONE]') continue;
      const wrong = this.#checkEvent(dialect, JSON.parse(payload));
      if (wrong) return wrong;
    }
    return undefined;
  }

  #checkEvent(dialect: Dialect, event: unknown): Difference | undefined {
    switch (dialect) {
      case 'openai-chat':
        return this.#json.check('OChunk', event);
      case 'openai-responses':
        return this.#json.check('OEvent', event);
      case 'anthropic-messages':
        return typeof event === 'object' && event !== null && 'type' in event && event.type === 'ping'
          ? undefined
          : this.#json.check('AStreamEvent', event);
      case 'gemini-generate':
        return this.#gemini.check('GenerateContentResponse', event);
    }
  }
}
