import type { AssistantPart, TextPart, ToolCallPart } from '#core/generation/parts.ts';
import type { GenerationReply, ReplyChoice } from '#core/generation/reply.ts';
import { fieldOf, listOf } from '../json-value.ts';
import type { EventEncoder, ReplyAbout } from '../protocol.ts';
import { customToolNames, freeTextOf } from './custom-calls.ts';
import {
  encodeCallDetail,
  encodeCallState,
  encodeImage,
  encodeLogprobs,
  encodeOtherCallState,
  seal,
} from './encode-choice.ts';
import { ChatEncoder, type ChatForm, replyIds } from './encode-events.ts';
import { encodeAnnotation } from './encode-parts.ts';
import { fromFinish } from './finish-reason.ts';
import { encodeDetails, encodeSealed } from './reasoning-details.ts';
import { encodeUsage } from './usage.ts';

/** A whole answer for a chat caller. */
export function encodeReply(reply: GenerationReply, about: ReplyAbout, form: ChatForm): string {
  const ids = replyIds(about.generation);
  const audio = { id: ids.audio, createdAt: about.createdAt };
  const writer = new MessageWriter(customToolNames(about.request), audio, form);
  const hidesReasoning = about.request.reasoning?.isShown === false;
  return JSON.stringify({
    id: ids.reply,
    object: 'chat.completion',
    created: about.createdAt,
    model: reply.model?.revealText('translate') ?? about.request.model,
    choices: reply.choices.map((choice) => encodeChoice(choice, writer, hidesReasoning)),
    ...(reply.usage ? { usage: encodeUsage(reply.usage) } : {}),
  });
}

export function openEncoder(about: ReplyAbout, form: ChatForm): EventEncoder {
  return new ChatEncoder(about, form);
}

function encodeChoice(choice: ReplyChoice, writer: MessageWriter, hidesReasoning: boolean): object {
  const { index, parts, finish, logprobs } = choice;
  const isHidden = (part: AssistantPart) => part.kind === 'reasoning' && part.text.byteLength > 0;
  return {
    index,
    message: writer.write(hidesReasoning ? parts.filter((part) => !isHidden(part)) : parts),
    logprobs: logprobs ? encodeLogprobs(logprobs) : null,
    finish_reason: fromFinish(finish ?? 'other'),
  };
}

class MessageWriter {
  readonly #customNames: ReadonlySet<string>;
  readonly #audio: { readonly id: string; readonly createdAt: number };
  readonly #form: ChatForm;

  constructor(
    customNames: ReadonlySet<string>,
    audio: { readonly id: string; readonly createdAt: number },
    form: ChatForm,
  ) {
    this.#customNames = customNames;
    this.#audio = audio;
    this.#form = form;
  }

  write(parts: readonly AssistantPart[]): object {
    const texts = partsOf(parts, 'text');
    const calls = partsOf(parts, 'tool-call');
    const content = texts.map(({ text }) => text.revealText('translate')).join('');
    const refusal = partsOf(parts, 'refusal').map(({ text }) => text.revealText('translate'));
    const saysNothing = texts.length === 0 && (calls.length > 0 || refusal.length > 0);
    return {
      role: 'assistant',
      content: saysNothing ? null : content,
      refusal: refusal.length > 0 ? refusal.join('') : null,
      ...encodeReasoning(parts, this.#form),
      ...(calls.length > 0 ? { tool_calls: calls.map((call) => this.#encodeCall(call)) } : {}),
      ...encodeCitations(texts),
      ...this.#encodeMedia(parts),
    };
  }

  #encodeCall(call: ToolCallPart): object {
    const id = call.id.revealText('translate');
    const name = call.name.revealText('translate');
    const input = call.input.revealText('translate');
    const state = encodeCallState(call.state);
    if (call.form === 'custom') return { id, type: 'custom', custom: { name, input }, ...state };
    if (this.#customNames.has(name))
      return { id, type: 'custom', custom: { name, input: freeTextOf(input) }, ...state };
    return { id, type: 'function', function: { name, arguments: input === '' ? '{}' : input }, ...state };
  }

  #encodeMedia(parts: readonly AssistantPart[]): object {
    const media = partsOf(parts, 'media').flatMap((part) =>
      part.source.kind === 'inline' ? [{ ...part, data: part.source.data }] : [],
    );
    const images = media
      .filter(({ medium }) => medium === 'image')
      .map((part) => encodeImage(part.data, part.mediaType));
    const audio = media.find(({ medium }) => medium === 'audio');
    const { id, createdAt } = this.#audio;
    return {
      ...(images.length > 0 ? { images } : {}),
      // What nobody stores has expired. Its words are the content, as in a stream: programs join the two.
      ...(audio
        ? { audio: { id, data: audio.data.revealText('translate'), expires_at: createdAt, transcript: '' } }
        : {}),
    };
  }
}

function partsOf<Kind extends AssistantPart['kind']>(parts: readonly AssistantPart[], kind: Kind) {
  return parts.filter((part): part is Extract<AssistantPart, { kind: Kind }> => part.kind === kind);
}

/** The words, and beside them the details as soon as one of them has proof. */
function encodeReasoning(parts: readonly AssistantPart[], form: ChatForm): object {
  const reasoning = partsOf(parts, 'reasoning');
  const text = reasoning.map((part) => part.text.revealText('translate')).join('');
  const encodeOfCall = form === 'openrouter' ? encodeCallDetail : encodeOtherCallState;
  const told =
    form === 'openrouter' || reasoning.some(({ state }) => state)
      ? reasoning.flatMap((part, at) => encodeDetails(part, at, seal))
      : [];
  const sealed = parts.flatMap((part) => {
    if (part.kind === 'text' && part.state) return [encodeSealed(part.state, seal, {})];
    if (part.kind !== 'tool-call') return [];
    return listOf(fieldOf(encodeOfCall(part.state, part.id.revealText('translate')), 'reasoning_details'));
  });
  const details = [...told, ...sealed];
  return {
    ...(text === '' ? {} : { reasoning_content: text }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
  };
}

function encodeCitations(texts: readonly TextPart[]): object {
  let shift = 0;
  const annotations: object[] = [];
  for (const { text, citations } of texts) {
    const { length } = text.revealText('translate');
    for (const citation of citations ?? []) {
      const annotation = encodeAnnotation(citation, { shift, length });
      if (annotation) annotations.push(annotation);
    }
    shift += length;
  }
  return annotations.length > 0 ? { annotations } : {};
}
