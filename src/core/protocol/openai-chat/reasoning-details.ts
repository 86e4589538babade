import { Content } from '#core/generation/content.ts';
import type { OpaqueState, StateFamily } from '#core/generation/opaque-state.ts';
import type { ReasoningPart } from '#core/generation/parts.ts';
import { fieldOf, textOf } from '../json-value.ts';
import { openState } from '../sealed-state.ts';

// OpenRouter's `reasoning_details`: the one form in which chat carries reasoning together with its proof.
// https://openrouter.ai/docs/use-cases/reasoning-tokens#preserving-reasoning-blocks

/** One entry, read. `index` tells which entries of a stream belong together. */
export type ReasoningDetail =
  | {
      readonly kind: 'told';
      readonly text: string;
      readonly isSummary: boolean;
      readonly state: OpaqueState | undefined;
      readonly index: unknown;
    }
  /** `id` is that of a tool call when the state belongs to one. */
  | { readonly kind: 'sealed'; readonly state: OpaqueState; readonly id: string | undefined; readonly index: unknown };

const formats: Readonly<Record<string, StateFamily>> = {
  'anthropic-claude-v1': 'anthropic',
  'google-gemini-v1': 'google',
  'openai-responses-v1': 'openai',
  'azure-openai-responses-v1': 'openai',
  'bedrock-openai-responses-v1': 'openai',
};

const formatOfFamily = {
  anthropic: 'anthropic-claude-v1',
  google: 'google-gemini-v1',
  openai: 'openai-responses-v1',
  other: 'unknown',
} as const satisfies Record<StateFamily, string>;

/** Undefined for a kind of entry that we do not know, or one that says nothing. */
export function decodeDetail(entry: unknown): ReasoningDetail | undefined {
  const format = textOf(fieldOf(entry, 'format')) ?? '';
  const family = (Object.hasOwn(formats, format) ? formats[format] : undefined) ?? 'other';
  const index = fieldOf(entry, 'index');
  switch (fieldOf(entry, 'type')) {
    case 'reasoning.text': {
      const signature = textOf(fieldOf(entry, 'signature')) ?? '';
      const state = signature === '' ? undefined : openState(signature, { family, kind: 'signature' });
      return { kind: 'told', text: textOf(fieldOf(entry, 'text')) ?? '', isSummary: false, state, index };
    }
    case 'reasoning.summary':
      return {
        kind: 'told',
        text: textOf(fieldOf(entry, 'summary')) ?? '',
        isSummary: true,
        state: undefined,
        index,
      };
    case 'reasoning.encrypted': {
      const data = textOf(fieldOf(entry, 'data')) ?? '';
      if (data === '') return undefined;
      const kind = family === 'anthropic' ? 'redacted' : 'encrypted';
      return { kind: 'sealed', state: openState(data, { family, kind }), id: textOf(fieldOf(entry, 'id')), index };
    }
    default:
      return undefined;
  }
}

/** Writes the state: raw for an upstream that takes it from anybody, sealed for a caller. */
export type WriteState = (state: OpaqueState) => string;

/** The entries of one reasoning part; `index` tells it from the others of its message. */
export function encodeDetails(part: ReasoningPart, index: number, write: WriteState): readonly object[] {
  const text = part.text.revealText('translate');
  const { state } = part;
  const format = formatOfFamily[state?.family ?? 'other'];
  if (state?.kind === 'signature' && !part.isSummary) {
    return [{ type: 'reasoning.text', text, signature: write(state), format, index }];
  }
  const told = part.isSummary
    ? { type: 'reasoning.summary', summary: text, format, index }
    : { type: 'reasoning.text', text, format, index };
  const sealed = state ? [encodeSealed(state, write, { index })] : [];
  return text === '' && state ? sealed : [told, ...sealed];
}

/** State without words: redacted reasoning, or that of a tool call, which `id` then names. */
export function encodeSealed(
  state: OpaqueState,
  write: WriteState,
  place: { readonly id?: string; readonly index?: number },
): object {
  return { type: 'reasoning.encrypted', data: write(state), format: formatOfFamily[state.family], ...place };
}

/** Reasoning parts of a whole message, and the states that belong to its calls, by their ids. */
export type DetailedReasoning = {
  readonly parts: readonly ReasoningPart[];
  readonly callStates: ReadonlyMap<string, OpaqueState>;
};

type Draft = { text: string; readonly isSummary: boolean; state: OpaqueState | undefined; readonly index: unknown };

export function gatherDetails(
  entries: readonly unknown[],
  plain: string,
  callIds: ReadonlySet<string>,
): DetailedReasoning {
  const drafts: Draft[] = [];
  const callStates = new Map<string, OpaqueState>();
  for (const entry of entries) {
    const detail = decodeDetail(entry);
    if (detail === undefined) continue;
    if (detail.kind === 'sealed' && detail.id !== undefined && callIds.has(detail.id)) {
      callStates.set(detail.id, asCallState(detail.state));
    } else addDetail(drafts, detail);
  }
  return { parts: withPlain(drafts, plain).map(toPart), callStates };
}

/** What stands beside a call signs it, whatever its form. */
export function asCallState(state: OpaqueState): OpaqueState {
  return state.kind === 'signature' ? state : { ...state, kind: 'signature' };
}

/** Callers may return the pieces of a stream as they came: those of one index are one part. */
function addDetail(drafts: Draft[], detail: ReasoningDetail): void {
  const last = drafts.at(-1);
  const open = last?.state === undefined ? last : undefined;
  if (detail.kind === 'sealed') {
    const { kind } = detail.state;
    const isSame = detail.index !== undefined && detail.index === open?.index && kind !== 'redacted';
    if (open && (isSame || (open.isSummary && kind === 'encrypted'))) open.state = detail.state;
    else drafts.push({ text: '', isSummary: false, state: detail.state, index: undefined });
    return;
  }
  if (open && open.isSummary === detail.isSummary && open.index === detail.index) {
    open.text += detail.text;
    open.state = detail.state;
  } else if (detail.text !== '' || detail.state) {
    drafts.push({ text: detail.text, isSummary: detail.isSummary, state: detail.state, index: detail.index });
  }
}

/** The same reasoning may stand beside the details as one text, or stand there alone with a bare signature. */
function withPlain(drafts: readonly Draft[], plain: string): readonly Draft[] {
  if (plain === '') return drafts;
  const told = drafts.map(({ text }) => text).join('');
  const unsigned: Draft = { text: plain, isSummary: false, state: undefined, index: undefined };
  if (told === '') {
    const signed = drafts.find(({ state }) => state?.kind === 'signature' && state.family !== 'google');
    if (signed === undefined) return [unsigned, ...drafts];
    signed.text = plain;
    return drafts;
  }
  if (told === plain || !plain.endsWith(told)) return drafts;
  return [{ ...unsigned, text: plain.slice(0, -told.length) }, ...drafts];
}

function toPart({ text, isSummary, state }: Draft): ReasoningPart {
  return { kind: 'reasoning', text: Content.ofText(text), isSummary, ...(state ? { state } : {}) };
}
