import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { at, isPlain, type Plain, text } from '../oracle/plain.ts';

/** What the live API takes and gives, although the published descriptor does not name it yet. */
const newerFields: Readonly<Record<string, readonly string[]>> = {
  ThinkingConfig: ['thinkingLevel'],
  GenerationConfig: ['responseJsonSchema'],
  GenerateContentRequest: ['serviceTier'],
  FunctionCall: ['partialArgs', 'willContinue'],
};
const newerWords: Readonly<Record<string, readonly string[]>> = {
  FinishReason: ['MODEL_ARMOR', 'IMAGE_PROHIBITED_CONTENT', 'IMAGE_RECITATION', 'IMAGE_OTHER', 'NO_IMAGE'],
};

type Wrong = { readonly path: string; readonly detail: string };

/** Judges JSON by Gemini's protobuf descriptor: no unknown field, every enum word known, every scalar of its type. */
export class GeminiShapes {
  readonly #types: Plain;

  constructor(wire: string) {
    const packed = readFileSync(join(wire, 'specs/google-generativelanguage-3.7.1-protos.json.gz'));
    const root: unknown = JSON.parse(gunzipSync(packed).toString('utf8'));
    const version = ['nested', 'google', 'nested', 'ai', 'nested', 'generativelanguage', 'nested', 'v1beta', 'nested'];
    const types = at(root, ...version);
    if (!isPlain(types)) throw new Error('the descriptor of Gemini is not what it was');
    this.#types = types;
  }

  check(name: 'GenerateContentRequest' | 'GenerateContentResponse', value: unknown): Wrong | undefined {
    return this.#message(name, [], value, name);
  }

  #message(type: string, scope: readonly Plain[], value: unknown, path: string): Wrong | undefined {
    const found = this.#find(type, scope);
    // Google's own Struct, Value, Duration … hold anything here.
    if (found === undefined) return undefined;
    if (isPlain(found.values)) return checkWord(type, found.values, value, path);
    if (!isPlain(value)) return { path, detail: 'is no object' };
    const inner = [found, ...scope];
    for (const [name, own] of Object.entries(value)) {
      const field = at(found, 'fields', name);
      if (!isPlain(field)) {
        if (newerFields[type]?.includes(name)) continue;
        return { path: `${path}.${name}`, detail: `is no field of ${type}` };
      }
      const wrong = this.#field(field, inner, own, `${path}.${name}`);
      if (wrong) return wrong;
    }
    return undefined;
  }

  #field(field: Plain, scope: readonly Plain[], value: unknown, path: string): Wrong | undefined {
    if (value === undefined || value === null) return { path, detail: 'is null' };
    const type = text(field.type);
    if (typeof field.keyType === 'string') {
      if (!isPlain(value)) return { path, detail: 'is no map' };
      return firstWrong(Object.values(value).map((own) => () => this.#value(type, scope, own, `${path}.*`)));
    }
    if (field.rule !== 'repeated') return this.#value(type, scope, value, path);
    if (!Array.isArray(value)) return { path, detail: 'is no list' };
    return firstWrong(value.map((own) => () => this.#value(type, scope, own, `${path}[]`)));
  }

  #value(type: string, scope: readonly Plain[], value: unknown, path: string): Wrong | undefined {
    switch (type) {
      case 'string':
      case 'bytes':
        return typeof value === 'string' ? undefined : { path, detail: 'is no text' };
      case 'bool':
        return typeof value === 'boolean' ? undefined : { path, detail: 'is no flag' };
      case 'int32':
      case 'int64':
      case 'uint32':
        return Number.isInteger(Number(value)) && value !== '' ? undefined : { path, detail: 'is no whole number' };
      case 'float':
      case 'double':
        return typeof value === 'number' ? undefined : { path, detail: 'is no number' };
      default:
        return this.#message(type, scope, value, path);
    }
  }

  /** A type stands in the message that uses it, in one around it, or beside all. */
  #find(type: string, scope: readonly Plain[]): Plain | undefined {
    for (const around of [...scope.map(({ nested }) => nested), this.#types]) {
      const found = at(around, ...type.split('.').flatMap((name, place) => (place === 0 ? [name] : ['nested', name])));
      if (isPlain(found)) return found;
    }
    return undefined;
  }
}

function checkWord(type: string, words: Plain, value: unknown, path: string): Wrong | undefined {
  const known = typeof value === 'string' && (Object.hasOwn(words, value) || newerWords[type]?.includes(value));
  return known ? undefined : { path, detail: `${JSON.stringify(value)} is no word of ${type}` };
}

function firstWrong(checks: readonly (() => Wrong | undefined)[]): Wrong | undefined {
  for (const check of checks) {
    const wrong = check();
    if (wrong) return wrong;
  }
  return undefined;
}
