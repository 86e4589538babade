import type { Content } from '#core/generation/content.ts';
import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type {
  AssistantPart,
  ForeignPart,
  MediaPart,
  ReasoningPart,
  RefusalPart,
  TextPart,
  ToolCallPart,
} from '#core/generation/parts.ts';
import { fieldOf } from '../json-value.ts';
import { type EncodeAbout, encodeAnnotation, encodeCache, encodePart } from './encode-parts.ts';
import { encodeDetails, encodeSealed } from './reasoning-details.ts';
import { toUpstreamId } from './upstream-names.ts';

/** An earlier turn of the model, as the provider takes it back. */
export function encodeAssistant(parts: readonly AssistantPart[], about: EncodeAbout): object {
  const texts = partsOf(parts, 'text');
  const calls = partsOf(parts, 'tool-call');
  const refusals = partsOf(parts, 'refusal');
  const keepsRefusal = about.quirks.takes.has('refusal');
  if (refusals.length > 0 && !keepsRefusal) about.losses.add('refusal');
  const content = encodeTexts(keepsRefusal ? texts : [...texts, ...refusals.map(toText)], about);
  return {
    role: 'assistant',
    content: content ?? (calls.length > 0 || (keepsRefusal && refusals.length > 0) ? null : ''),
    ...(keepsRefusal && refusals.length > 0 ? { refusal: refusals.map(({ text }) => revealed(text)).join('') } : {}),
    ...encodeReasoning(parts, about),
    ...(calls.length > 0 ? { tool_calls: calls.map((call, at) => encodeCall(call, at === 0, about)) } : {}),
    ...encodeCitations(texts, about),
    ...encodeImages(partsOf(parts, 'media'), about),
    ...encodeForeign(partsOf(parts, 'foreign'), about),
  };
}

function partsOf<Kind extends AssistantPart['kind']>(parts: readonly AssistantPart[], kind: Kind) {
  return parts.filter((part): part is Extract<AssistantPart, { kind: Kind }> => part.kind === kind);
}

function toText({ text }: RefusalPart): TextPart {
  return { kind: 'text', text };
}

/** Pieces of one answer, which were cut where citations or calls stood between them: they follow without a gap. */
function encodeTexts(texts: readonly TextPart[], about: EncodeAbout): string | readonly object[] | undefined {
  if (texts.length === 0) return undefined;
  const { takes } = about.quirks;
  const marked = texts.some(({ cache }) => cache !== undefined);
  if ((marked && takes.has('cache_control')) || (texts.length > 1 && takes.has('text_parts'))) {
    return texts.flatMap((text) => encodePart(text, about));
  }
  if (marked) about.losses.add('cache_control');
  return texts.map(({ text }) => revealed(text)).join('');
}

function encodeReasoning(parts: readonly AssistantPart[], about: EncodeAbout): object {
  const reasoning = partsOf(parts, 'reasoning');
  const { history, signsCalls } = about.quirks;
  if (history === 'reasoning_details') return encodeAllDetails(parts, reasoning);
  const isSigned = (part: { readonly state?: OpaqueState | undefined }) => part.state !== undefined;
  const calls = partsOf(parts, 'tool-call');
  const hasLostCall = calls.some(({ state }) => state && !(signsCalls && state.family === 'google'));
  if (hasLostCall || reasoning.some(isSigned) || partsOf(parts, 'text').some(isSigned)) {
    about.losses.add('reasoning_state');
  }
  const text = reasoning.map((part) => revealed(part.text)).join('');
  if (text === '') return {};
  if (history === 'none') {
    about.losses.add('reasoning');
    return {};
  }
  return { [history]: text };
}

/** OpenRouter passes on to each family what is its own. */
function encodeAllDetails(parts: readonly AssistantPart[], reasoning: readonly ReasoningPart[]): object {
  const raw = (state: OpaqueState) => revealed(state.value);
  const sealed = parts.flatMap((part) => {
    if ((part.kind !== 'tool-call' && part.kind !== 'text') || !part.state) return [];
    const place = part.kind === 'tool-call' ? { id: revealed(part.id) } : {};
    return [encodeSealed(part.state, raw, place)];
  });
  const details = [...reasoning.flatMap((part, index) => encodeDetails(part, index, raw)), ...sealed];
  const text = reasoning.map((part) => revealed(part.text)).join('');
  return {
    ...(text === '' ? {} : { reasoning: text }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  };
}

function encodeCall(call: ToolCallPart, isFirst: boolean, about: EncodeAbout): object {
  const { takes, callId, signsCalls } = about.quirks;
  const id = toUpstreamId(revealed(call.id), callId);
  const name = about.names.toUpstream(revealed(call.name));
  const input = revealed(call.input);
  const mark = encodeCache(call, about);
  if (call.form === 'custom' && takes.has('custom_tools')) {
    return { id, type: 'custom', custom: { name, input }, ...mark };
  }
  // A function in whose place a custom tool was declared takes its text as an argument.
  const written = call.form === 'custom' ? JSON.stringify({ input }) : input === '' ? '{}' : input;
  const own = call.state?.family === 'google' ? revealed(call.state.value) : undefined;
  const signature = signsCalls ? (own ?? (isFirst ? unsignedCallMark : undefined)) : undefined;
  return {
    id,
    type: 'function',
    function: { name, arguments: written },
    ...mark,
    ...(signature === undefined ? {} : { extra_content: { google: { thought_signature: signature } } }),
  };
}

/**
 * Gemini 3 refuses a turn's first call without its signature; this stands for it where another model made the call:
 * https://ai.google.dev/gemini-api/docs/thought-signatures#faqs
 */
const unsignedCallMark = 'skip_thought_signature_validator';

function encodeCitations(texts: readonly TextPart[], { quirks, losses }: EncodeAbout): object {
  let shift = 0;
  const annotations: object[] = [];
  let hasLost = false;
  for (const { text, citations } of texts) {
    const { length } = revealed(text);
    for (const citation of citations ?? []) {
      const annotation = quirks.takes.has('annotations') ? encodeAnnotation(citation, { shift, length }) : undefined;
      if (annotation) annotations.push(annotation);
      else hasLost = true;
    }
    shift += length;
  }
  if (hasLost) losses.add('citations');
  return annotations.length > 0 ? { annotations } : {};
}

/** Only OpenRouter takes back what a model has drawn. */
function encodeImages(media: readonly MediaPart[], about: EncodeAbout): object {
  const images = about.quirks.takes.has('assistant_images') ? media.filter(({ medium }) => medium === 'image') : [];
  for (const part of media) {
    if (images.includes(part)) continue;
    about.losses.add(
      part.medium === 'image' ? 'input_image' : part.medium === 'audio' ? 'input_audio' : 'unknown_part',
    );
  }
  return images.length > 0 ? { images: images.flatMap((part) => encodePart(part, about)) } : {};
}

/** Of foreign items chat has one of its own: audio that the model said earlier, by its id. */
function encodeForeign(items: readonly ForeignPart[], { quirks, losses }: EncodeAbout): object {
  let audio: unknown;
  for (const { family, item } of items) {
    const value = item.revealJson('translate');
    const isAudio = family === 'openai' && fieldOf(value, 'type') === 'audio' && quirks.takes.has('stored_files');
    if (isAudio) audio = fieldOf(value, 'audio');
    else losses.add(fieldOf(value, 'type') === 'audio' ? 'audio_output' : 'hosted_tool');
  }
  return audio === undefined ? {} : { audio };
}

function revealed(content: Content): string {
  return content.revealText('translate');
}
