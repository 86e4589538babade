import { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart, Citation, MediaPart, ReasoningPart, ToolCallPart } from '#core/generation/parts.ts';
import { fieldOf, isObject, listOf, numberOf, textOf } from '../json-value.ts';
import { openState } from '../sealed-state.ts';
import { decodeUrl } from './data-url.ts';
import { decodeCache, decodePart, type Losses } from './decode-parts.ts';
import { gatherDetails } from './reasoning-details.ts';

export type AssistantAbout = {
  readonly losses: Losses;
  /** A stable id for a call that has none; counts the calls of the message from 0. */
  readonly makeId: (position: number) => string;
  /** The caller's name of a tool whose name was changed on the way up. */
  readonly nameOf: (name: string) => string;
};

/** What an assistant said, in a history or in a whole reply. The dialect keeps no order between kinds; this is ours. */
export function decodeAssistant(message: unknown, about: AssistantAbout): readonly AssistantPart[] {
  const calls = rawCallsOf(message).map((call, position) => decodeCall(call, position, about));
  const ids = new Set(calls.map(({ id }) => id.revealText('translate')));
  const { parts, callStates } = gatherDetails(listOf(fieldOf(message, 'reasoning_details')), plainOf(message), ids);
  const signed = calls.map((call): ToolCallPart => {
    const state = call.state ?? callStates.get(call.id.revealText('translate'));
    return state ? { ...call, state } : call;
  });
  const words = [...decodeContent(fieldOf(message, 'content'), about.losses), ...decodeRefusal(message)];
  const spoken = [...withCitations(words, message), ...decodeImages(message), ...decodeVoice(message, words)];
  return [...withTextState(parts, spoken), ...signed];
}

/** Several providers tell the same reasoning in two fields. */
export function plainOf(message: unknown): string {
  return textOf(fieldOf(message, 'reasoning_content')) || textOf(fieldOf(message, 'reasoning')) || '';
}

/** The calls of a message, the one of the older form included. */
function rawCallsOf(message: unknown): readonly unknown[] {
  const older = fieldOf(message, 'function_call');
  return [...listOf(fieldOf(message, 'tool_calls')), ...(isObject(older) ? [{ function: older }] : [])];
}

function decodeCall(call: unknown, position: number, about: AssistantAbout): ToolCallPart {
  const custom = fieldOf(call, 'custom');
  const form = isObject(custom) ? 'custom' : 'function';
  const body = form === 'custom' ? custom : fieldOf(call, 'function');
  const state = decodeCallState(call);
  return {
    kind: 'tool-call',
    id: Content.ofText(textOf(fieldOf(call, 'id')) || about.makeId(position)),
    name: Content.ofText(about.nameOf(textOf(fieldOf(body, 'name')) ?? '')),
    form,
    input: Content.ofText(inputOf(body)),
    ...decodeCache(call),
    ...(state ? { state } : {}),
  };
}

/** Some providers give the arguments as an object. */
export function inputOf(body: unknown): string {
  const input = fieldOf(body, 'arguments') ?? fieldOf(body, 'input');
  return typeof input === 'string' ? input : isObject(input) ? JSON.stringify(input) : '';
}

/** Google's convention on its OpenAI-compatible address; callers return it to us as they got it. */
export function decodeCallState(call: unknown): OpaqueState | undefined {
  const signature = textOf(fieldOf(fieldOf(fieldOf(call, 'extra_content'), 'google'), 'thought_signature')) ?? '';
  return signature === '' ? undefined : openState(signature, { family: 'google', kind: 'signature' });
}

function decodeContent(content: unknown, losses: Losses): readonly AssistantPart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: Content.ofText(content) }];
  return listOf(content).flatMap((part): readonly AssistantPart[] => {
    switch (fieldOf(part, 'type')) {
      case 'thinking':
        return decodeThinking(part);
      case 'refusal':
        return [{ kind: 'refusal', text: Content.ofText(textOf(fieldOf(part, 'refusal')) ?? '') }];
      default:
        return decodePart(part, losses);
    }
  });
}

function decodeThinking(part: unknown): readonly ReasoningPart[] {
  const signature = textOf(fieldOf(part, 'signature')) ?? '';
  const state = signature === '' ? undefined : openState(signature, { family: 'anthropic', kind: 'signature' });
  const text = thinkingText(part);
  if (text === '' && !state) return [];
  return [{ kind: 'reasoning', text: Content.ofText(text), isSummary: false, ...(state ? { state } : {}) }];
}

/** Mistral nests the parts of its thinking inside a part; others write it as a text. */
export function thinkingText(part: unknown): string {
  const thinking = fieldOf(part, 'thinking');
  if (typeof thinking === 'string') return thinking;
  return listOf(thinking)
    .map((piece) => textOf(fieldOf(piece, 'text')) ?? '')
    .join('');
}

function decodeRefusal(message: unknown): readonly AssistantPart[] {
  const refusal = textOf(fieldOf(message, 'refusal')) ?? '';
  return refusal === '' ? [] : [{ kind: 'refusal', text: Content.ofText(refusal) }];
}

/** Annotations speak of the whole content, which is one text nearly always: they go to its last one. */
function withCitations(parts: readonly AssistantPart[], message: unknown): readonly AssistantPart[] {
  const citations = listOf(fieldOf(message, 'annotations')).flatMap(decodeAnnotation);
  const at = parts.findLastIndex(({ kind }) => kind === 'text');
  if (citations.length === 0 || at < 0) return parts;
  return parts.map((part, index) => (index === at && part.kind === 'text' ? { ...part, citations } : part));
}

export function decodeAnnotation(annotation: unknown): readonly Citation[] {
  if (!isObject(annotation)) return [];
  const nested = fieldOf(annotation, 'url_citation');
  const place = isObject(nested) ? nested : annotation;
  const url = textOf(fieldOf(place, 'url'));
  const title = textOf(fieldOf(place, 'title'));
  return [
    {
      ...(url === undefined ? {} : { url: Content.ofText(url) }),
      ...(title === undefined ? {} : { title: Content.ofText(title) }),
      start: numberOf(fieldOf(place, 'start_index')),
      end: numberOf(fieldOf(place, 'end_index')),
      family: 'openai',
      item: Content.ofJson(annotation),
    },
  ];
}

/** Images that a model made, as OpenRouter and others give them. */
export function decodeImages(message: unknown): readonly MediaPart[] {
  return listOf(fieldOf(message, 'images')).flatMap((image): readonly MediaPart[] => {
    const holder = fieldOf(image, 'image_url');
    const url = textOf(holder) ?? textOf(fieldOf(holder, 'url')) ?? '';
    return url === '' ? [] : [{ kind: 'media', medium: 'image', ...decodeUrl(url) }];
  });
}

/** Audio of a reply is there with its words; in a history it is named by an id that its maker alone knows. */
function decodeVoice(message: unknown, spoken: readonly AssistantPart[]): readonly AssistantPart[] {
  const audio = fieldOf(message, 'audio');
  if (!isObject(audio)) return [];
  const data = textOf(fieldOf(audio, 'data')) ?? '';
  const words = textOf(fieldOf(audio, 'transcript')) ?? '';
  if (data === '') return [{ kind: 'foreign', family: 'openai', item: Content.ofJson({ type: 'audio', audio }) }];
  const source = { kind: 'inline', data: Content.ofText(data) } as const;
  const isSaid = spoken.some((part) => part.kind === 'text' && part.text.revealText('translate') === words);
  return [
    ...(words === '' || isSaid ? [] : [{ kind: 'text', text: Content.ofText(words) } as const]),
    { kind: 'media', medium: 'audio', source, mediaType: undefined },
  ];
}

/** Gemini signs texts too; that state came to the caller among the details, and finds its text again here. */
function withTextState(
  reasoning: readonly ReasoningPart[],
  spoken: readonly AssistantPart[],
): readonly AssistantPart[] {
  const at = spoken.findLastIndex(({ kind }) => kind === 'text');
  const signature = reasoning.find(isTextState);
  if (at < 0 || !signature) return [...reasoning, ...spoken];
  const { state } = signature;
  return [
    ...reasoning.filter((part) => part !== signature),
    ...spoken.map((part, index) => (index === at && part.kind === 'text' ? { ...part, state } : part)),
  ];
}

function isTextState({ text, state }: ReasoningPart): boolean {
  return text.byteLength === 0 && state?.family === 'google' && state.kind === 'signature';
}
