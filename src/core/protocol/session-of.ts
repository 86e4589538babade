import { Buffer } from 'node:buffer';
import type { CallerProtocolName } from '#core/routing/endpoint.ts';
import { type FieldSpan, readString, scanFirstElements, scanJsonObject, scanNested } from './json-scan.ts';

/**
 * By what the requests of one conversation know each other: a name that the caller gave it, or how it began. `opening` holds
 * pieces of the caller's words: to be hashed, never kept.
 */
export type Session =
  | { readonly kind: 'named'; readonly name: string }
  | { readonly kind: 'opening'; readonly pieces: readonly Uint8Array[] };

/** Where a dialect has the turns of a conversation, and its instructions where they stand outside of them. */
type Place = { readonly turns: string; readonly instructions: readonly string[] };

const places: Readonly<Record<CallerProtocolName, Place>> = {
  'openai-chat': { turns: 'messages', instructions: [] },
  'openai-responses': { turns: 'input', instructions: ['instructions'] },
  'anthropic-messages': { turns: 'messages', instructions: ['system'] },
  'gemini-generate': { turns: 'contents', instructions: ['systemInstruction', 'system_instruction'] },
};

const cacheKey = 'prompt_cache_key';
const sessionField = 'session_id';
const nameLengthMax = 256;
/** Beyond this two conversations rarely differ, and what is hashed must be short. */
const pieceBytesMax = 8 * 1024;
const elementsMax = 4;

const wantedOf = new Map(
  Object.entries(places).map(([name, { turns, instructions }]) => [
    name,
    new Set([turns, ...instructions, cacheKey, sessionField]),
  ]),
);

export type SessionAsk = {
  readonly body: Uint8Array;
  readonly protocol: CallerProtocolName;
  /** The name that the caller's head has; one in the body comes before it. */
  readonly given: string | undefined;
  /** Where an earlier scan of these bytes has found members, if it has. */
  readonly spans?: ReadonlyMap<string, { readonly start: number; readonly end: number }> | undefined;
};

/** Undefined: nothing to know it by. */
export function sessionOf({ body, protocol, given, spans }: SessionAsk): Session | undefined {
  const { turns, instructions } = places[protocol];
  const known = spans?.get(turns);
  // Most bodies name no session, and an earlier scan knows where their turns are: they are not scanned again.
  if (known && instructions.length === 0 && !namesSession(body)) {
    return given === undefined || !isName(given)
      ? toOpening(body, [], { ...known, keyStart: known.start, kind: body[known.start] === 0x5b ? 'array' : 'string' })
      : { kind: 'named', name: given };
  }
  const scan = scanJsonObject(body, wantedOf.get(protocol) ?? new Set());
  if (!scan.ok) return undefined;
  const { fields } = scan;
  const name = nameIn(body, fields.get(sessionField)) ?? given ?? nameIn(body, fields.get(cacheKey));
  if (name !== undefined && isName(name)) return { kind: 'named', name };
  return toOpening(
    body,
    instructions.flatMap((field) => fields.get(field) ?? []),
    fields.get(turns),
  );
}

function namesSession(body: Uint8Array): boolean {
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return text.includes(`"${sessionField}"`) || text.includes(`"${cacheKey}"`) || text.includes('\\u00');
}

function isName(name: string): boolean {
  return name !== '' && name.length <= nameLengthMax;
}

function toOpening(body: Uint8Array, before: readonly FieldSpan[], turns: FieldSpan | undefined): Session | undefined {
  const first = openingOf(body, turns);
  if (first.length === 0) return undefined;
  return { kind: 'opening', pieces: [...before, ...first].map((span) => cut(body, span)) };
}

function nameIn(body: Uint8Array, span: FieldSpan | undefined): string | undefined {
  return span?.kind === 'string' ? readString(body, span) : undefined;
}

/** The first instruction, and the first turn that is none. */
function openingOf(body: Uint8Array, turns: FieldSpan | undefined): readonly FieldSpan[] {
  if (turns?.kind === 'string') return [turns];
  if (turns?.kind !== 'array') return [];
  const all = scanFirstElements(body, turns, elementsMax);
  const isInstruction = (element: FieldSpan) => instructionRoles.has(roleOf(body, element));
  const instruction = all.find(isInstruction);
  const turn = all.find((element) => !isInstruction(element));
  return turn ? [instruction, turn].flatMap((element) => element ?? []) : [];
}

const instructionRoles: ReadonlySet<string> = new Set(['system', 'developer']);
const role: ReadonlySet<string> = new Set(['role']);

function roleOf(body: Uint8Array, element: FieldSpan): string {
  return nameIn(body, scanNested(body, element, role).get('role')) ?? '';
}

function cut(body: Uint8Array, { start, end }: FieldSpan): Uint8Array {
  return body.subarray(start, Math.min(end, start + pieceBytesMax));
}
