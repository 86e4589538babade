import { Buffer } from 'node:buffer';
import { cutMembers } from '../cut-members.ts';
import { type FieldSpan, readString, scanJsonObject } from '../json-scan.ts';
import { fieldOf, listOf, parseJudged, textOf } from '../json-value.ts';

/**
 * What OpenRouter's requests say beyond the dialect they are written in. Only OpenRouter itself understands it; for
 * every other upstream it is cut out. The contract: https://openrouter.ai/docs/api-reference/overview.
 */
export const extraFields = [
  'models',
  'route',
  'provider',
  'plugins',
  'transforms',
  'preset',
  'session_id',
  'trace',
  'usage',
  'debug',
  'stop_server_tools_when',
] as const;

/** Spoken by OpenRouter's callers in the body of a chat, and by each upstream in another way: it is translated. */
const reasoningFields = ['reasoning', 'include_reasoning'] as const;

export type Extras = {
  /** The caller's bytes without them. */
  readonly body: Uint8Array;
  /** The caller's bytes with them. */
  readonly whole: Uint8Array;
  /** The `provider` object, as it was sent. */
  readonly provider: unknown;
  /** Models to fall back to, in order. */
  readonly models: readonly string[];
  /** Plugins or server tools that only OpenRouter runs. */
  readonly needsOpenRouter: boolean;
  readonly asksReasoning: boolean;
};

const wanted: ReadonlySet<string> = new Set([...extraFields, ...reasoningFields, 'tools', 'model']);
const modelsMax = 20;

/** Undefined: the body has none, or is none; then whoever reads it next says what is wrong. */
export function readExtras(body: Uint8Array): Extras | undefined {
  const scan = scanJsonObject(body, wanted);
  if (!scan.ok) return undefined;
  const { fields } = scan;
  const needsOpenRouter = hasPlugins(body, fields.get('plugins')) || hasServerTools(body, fields.get('tools'));
  const cut = extraFields.flatMap((name) => fields.get(name) ?? []);
  const asksReasoning = reasoningFields.some((name) => fields.has(name));
  if (cut.length === 0 && !needsOpenRouter && !asksReasoning) return undefined;
  const models = readModels(body, fields.get('models'));
  const left = cut.length === 0 ? body : without(body, cut);
  // A list of models alone names the first of them.
  const [first] = fields.has('model') ? [] : models;
  return {
    body: withModel(left, first),
    whole: withModel(body, first),
    provider: parseSpan(body, fields.get('provider')),
    models,
    needsOpenRouter,
    asksReasoning,
  };
}

function withModel(body: Uint8Array, model: string | undefined): Uint8Array {
  if (model === undefined) return body;
  const open = Buffer.from(body.buffer, body.byteOffset, body.byteLength).indexOf('{') + 1;
  const comma = body[skipSpace(body, open)] === 0x7d ? '' : ',';
  const member = Buffer.from(`"model":${JSON.stringify(model)}${comma}`);
  return Buffer.concat([body.subarray(0, open), member, body.subarray(open)]);
}

function readModels(body: Uint8Array, span: FieldSpan | undefined): readonly string[] {
  return listOf(parseSpan(body, span))
    .flatMap((each) => textOf(each) ?? [])
    .slice(0, modelsMax);
}

function hasPlugins(body: Uint8Array, span: FieldSpan | undefined): boolean {
  return listOf(parseSpan(body, span)).some((plugin) => fieldOf(plugin, 'enabled') !== false);
}

/** `{"type": "openrouter:web_search"}` among the tools. */
function hasServerTools(body: Uint8Array, span: FieldSpan | undefined): boolean {
  if (span?.kind !== 'array') return false;
  const text = Buffer.from(body.buffer, body.byteOffset + span.start, span.end - span.start);
  if (!text.includes('openrouter:')) return false;
  return listOf(parseSpan(body, span)).some(
    (tool) => textOf(fieldOf(tool, 'type'))?.startsWith('openrouter:') === true,
  );
}

function parseSpan(body: Uint8Array, span: FieldSpan | undefined): unknown {
  if (!span) return undefined;
  if (span.kind === 'string') return readString(body, span);
  return parseJudged(body.subarray(span.start, span.end));
}

function without(body: Uint8Array, members: readonly FieldSpan[]): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { start, end } of cutMembers(body, members)) {
    pieces.push(body.subarray(at, start));
    at = end;
  }
  return Buffer.concat([...pieces, body.subarray(at)]);
}

function skipSpace(body: Uint8Array, from: number): number {
  let at = from;
  while (body[at] === 0x20 || body[at] === 0x0a || body[at] === 0x0d || body[at] === 0x09) at += 1;
  return at;
}
