import { join } from 'node:path';
import { Ajv } from 'ajv';
import { readTar } from '../data/read-tar.ts';
import { at, isPlain, type Plain, text } from '../oracle/plain.ts';

// The types of the official SDKs as JSON Schema. They let unknown names pass; we must not send any, so every object is
// closed here, but for the names below.

type SchemaName =
  | 'ACreate'
  | 'AMessage'
  | 'AStreamEvent'
  | 'OChat'
  | 'OChatCreate'
  | 'OChunk'
  | 'OEvent'
  | 'ORespCreate'
  | 'OResponse';

/** What a dialect's upstreams take or its callers know, although the newest SDK's types do not name it. */
const extensions: Readonly<Record<string, readonly string[]>> = {
  // Older models take them; the SDK's newest types are those of the newest models.
  MessageCreateParamsNonStreaming: ['temperature', 'top_p', 'top_k'],
  MessageCreateParamsStreaming: ['temperature', 'top_p', 'top_k'],
  // The API takes back what it gave: recorded requests show it.
  ChatCompletionAssistantMessageParam: ['annotations'],
  // The API itself tells it in every response.
  Response: ['store', 'frequency_penalty', 'presence_penalty'],
  // DeepSeek's and OpenRouter's reasoning, and Google's place for the signature of a call.
  ChatCompletionMessage: ['reasoning', 'reasoning_content', 'reasoning_details', 'images'],
  'ChatCompletionChunk.Choice.Delta': ['reasoning', 'reasoning_content', 'reasoning_details', 'images', 'annotations'],
  'ChatCompletionChunk.Choice.Delta.ToolCall': ['extra_content'],
  ChatCompletionMessageFunctionToolCall: ['extra_content'],
  ChatCompletionMessageCustomToolCall: ['extra_content'],
};

/** What the API itself sends as null, as recordings show, although the types say that it is left out. */
const nullable: Readonly<Record<string, readonly string[]>> = {
  Response: ['usage'],
  ResponseFormatTextJSONSchemaConfig: ['description'],
};

type Validate = ((value: unknown) => boolean) & { readonly errors?: readonly ValidationError[] | null };
type ValidationError = { readonly instancePath: string; readonly message?: string; readonly params: Plain };
type Schemas = {
  addSchema(schema: unknown, key: string): void;
  getSchema(key: string): Validate | undefined;
};

export class JsonSchemas {
  readonly #ajv: Schemas;
  readonly #schemas = new Map<string, Plain>();

  constructor(wire: string) {
    // Of its many methods two are used, with plain values.
    this.#ajv = new Ajv({ strict: false, validateFormats: false, allErrors: false }) as unknown as Schemas;
    for (const [file, content] of readTar(join(wire, 'specs/sdk-types-json-schemas.tar.gz'))) {
      const name = file.replace(/^.*\//, '').replace('.schema.json', '');
      const schema: unknown = JSON.parse(content);
      if (!isPlain(schema)) continue;
      const closed = closeDefinitions(schema);
      this.#schemas.set(name, closed);
      this.#ajv.addSchema(closed, name);
    }
  }

  /** The first thing that is wrong, as its place and a sentence. */
  check(name: SchemaName, value: unknown): { readonly path: string; readonly detail: string } | undefined {
    const validate = this.#validatorOf(name, value);
    if (validate === undefined) return { path: `${name}.type`, detail: `no such event: ${text(at(value, 'type'))}` };
    if (validate(value)) return undefined;
    // Of many tries in a choice of types, the one that came deepest is the one that was meant.
    const errors = [...(validate.errors ?? [])].sort((a, b) => depthOf(b) - depthOf(a));
    const [error] = errors;
    const place = (error?.instancePath ?? '').replaceAll(/\/\d+/g, '/*');
    const named = text(error?.params.additionalProperty ?? error?.params.missingProperty);
    return { path: `${name}${place} ${named}`.trim(), detail: error?.message ?? 'not valid' };
  }

  /** Events are looked up by their type, which is faster than trying them all, and says what is wrong. */
  #validatorOf(name: SchemaName, value: unknown): Validate | undefined {
    if (name !== 'OEvent' && name !== 'AStreamEvent') return this.#ajv.getSchema(name);
    const definitions = at(this.#schemas.get(name), 'definitions');
    const union = at(definitions, name === 'OEvent' ? 'ResponseStreamEvent' : 'RawMessageStreamEvent', 'anyOf');
    for (const each of Array.isArray(union) ? union : []) {
      const definition = text(at(each, '$ref')).replace('#/definitions/', '');
      if (at(definitions, definition, 'properties', 'type', 'const') === at(value, 'type')) {
        return this.#ajv.getSchema(`${name}#/definitions/${definition}`);
      }
    }
    return undefined;
  }
}

function depthOf({ instancePath }: ValidationError): number {
  return instancePath.split('/').length;
}

/** An earlier answer without its id: the type does not allow it, recorded requests show that the API does. */
const earlierAnswer = {
  type: 'array',
  items: {
    type: 'object',
    properties: { type: { enum: ['output_text', 'refusal'] }, text: {}, refusal: {}, annotations: {} },
    required: ['type'],
    additionalProperties: false,
  },
};

function closeDefinitions(schema: Plain): Plain {
  const definitions = Object.entries((schema.definitions ?? {}) as Plain).map(([name, own]) => {
    const closed = closeObjects(own) as Record<string, unknown>;
    for (const field of nullable[name] ?? []) {
      const properties = closed.properties as Record<string, unknown>;
      properties[field] = { anyOf: [properties[field], { type: 'null' }] };
    }
    const content = name === 'EasyInputMessage' ? at(closed, 'properties', 'content', 'anyOf') : undefined;
    if (Array.isArray(content)) content.push(earlierAnswer);
    // Reasoning that is not stored has no id to go by.
    if (name === 'ResponseReasoningItem') closed.required = ['summary', 'type'];
    // Until usage is known the API itself tells null: every recorded stream begins so.
    if (name === 'Response') {
      const usage = at(closed, 'properties', 'usage');
      closed.properties = { ...(closed.properties as Plain), usage: { anyOf: [usage, { type: 'null' }] } };
    }
    const extra = extensions[name];
    if (extra) {
      closed.properties = { ...(closed.properties as Plain), ...Object.fromEntries(extra.map((each) => [each, {}])) };
    }
    return [name, closed];
  });
  return { ...schema, definitions: Object.fromEntries(definitions) };
}

function closeObjects(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closeObjects);
  if (!isPlain(schema)) return schema;
  const closed: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(schema)) {
    if (name === 'properties' && isPlain(value)) {
      closed[name] = Object.fromEntries(Object.entries(value).map(([property, own]) => [property, closeObjects(own)]));
    } else closed[name] = name === 'enum' || name === 'const' || name === 'default' ? value : closeObjects(value);
  }
  const isOpen = schema.additionalProperties !== undefined || schema.properties === undefined;
  if (schema.type === 'object' && !isOpen) closed.additionalProperties = false;
  return closed;
}
