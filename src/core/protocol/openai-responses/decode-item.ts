import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart, ReasoningPart, TextPart } from '#core/generation/parts.ts';
import { fieldOf, isObject, listOf, textOf } from '../json-value.ts';
import { openState } from '../sealed-state.ts';
import { decodeCitations } from './decode-citation.ts';
import { nameOf } from './tool-names.ts';

/**
 * The parts that one item of a model's answer stands for, be it in a reply or in a history. An item that only this
 * family understands stays whole. What has no name or no text at all gives nothing.
 */
export function decodeItem(item: unknown): readonly AssistantPart[] {
  switch (fieldOf(item, 'type')) {
    case 'message':
      return decodeMessageParts(fieldOf(item, 'content'));
    case 'reasoning':
      return decodeReasoning(item);
    case 'function_call':
    case 'custom_tool_call':
      return [decodeCall(item)];
    case 'image_generation_call':
      return decodeImage(item);
    default:
      return isObject(item) ? [{ kind: 'foreign', family: 'openai', item: Content.ofJson(item) }] : [];
  }
}

export function decodeMessageParts(content: unknown): readonly AssistantPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: Content.ofText(content) }];
  return listOf(content).flatMap((part): readonly AssistantPart[] => {
    const refusal = textOf(fieldOf(part, 'refusal'));
    if (refusal !== undefined) return [{ kind: 'refusal', text: Content.ofText(refusal) }];
    const text = textOf(fieldOf(part, 'text'));
    return text === undefined ? [] : [textPart(text, fieldOf(part, 'annotations'))];
  });
}

function textPart(text: string, annotations: unknown): TextPart {
  const citations = decodeCitations(annotations);
  return { kind: 'text', text: Content.ofText(text), ...(citations.length > 0 ? { citations } : {}) };
}

/** Between the paragraphs of a summary, which come one by one. */
export const summaryBreak = '\n\n';

/**
 * One part, or two where a maker gives both its reasoning and a summary; the last has the state. A signature proves the
 * very text beside it, so that text was no summary to the one who signed it.
 */
function decodeReasoning(item: unknown): readonly ReasoningPart[] {
  const summary = textsOf(fieldOf(item, 'summary')).join(summaryBreak);
  const full = textsOf(fieldOf(item, 'content')).join('');
  const state = stateOf(item);
  const parts: ReasoningPart[] = [];
  if (summary !== '') parts.push(reasoningPart(summary, state?.kind !== 'signature'));
  if (full !== '') parts.push(reasoningPart(full, false));
  if (!state) return parts;
  const last = parts.pop() ?? reasoningPart('', false);
  return [...parts, { ...last, state }];
}

function reasoningPart(text: string, isSummary: boolean): ReasoningPart {
  return { kind: 'reasoning', text: Content.ofText(text), isSummary };
}

export function stateOf(item: unknown): OpaqueState | undefined {
  const sealed = textOf(fieldOf(item, 'encrypted_content'));
  return sealed === undefined || sealed === '' ? undefined : openState(sealed, { family: 'openai', kind: 'encrypted' });
}

function textsOf(list: unknown): readonly string[] {
  return listOf(list).flatMap((part) => textOf(fieldOf(part, 'text')) ?? []);
}

function decodeCall(item: unknown): AssistantPart {
  const isFunction = fieldOf(item, 'type') === 'function_call';
  const input = textOf(fieldOf(item, isFunction ? 'arguments' : 'input')) ?? '';
  return {
    kind: 'tool-call',
    id: Content.ofText(textOf(fieldOf(item, 'call_id')) ?? textOf(fieldOf(item, 'id')) ?? ''),
    name: Content.ofText(nameOf(item)),
    form: isFunction ? 'function' : 'custom',
    input: Content.ofText(input),
  };
}

function decodeImage(item: unknown): readonly AssistantPart[] {
  const data = textOf(fieldOf(item, 'result'));
  if (data === undefined || data === '') return [];
  const source = { kind: 'inline', data: Content.ofText(data) } as const;
  return [{ kind: 'media', medium: 'image', source, mediaType: imageTypeOf(item) }];
}

export function imageTypeOf(item: unknown): string {
  const format = textOf(fieldOf(item, 'output_format'));
  if (format === 'svg') return 'image/svg+xml';
  return format === 'jpeg' || format === 'webp' || format === 'gif' ? `image/${format}` : 'image/png';
}
