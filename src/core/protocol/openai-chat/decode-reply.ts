import { Content } from '#core/generation/content.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationReply, ReplyChoice } from '#core/generation/reply.ts';
import { fieldOf, listOf, numberOf, parseForeignObject, textOf } from '../json-value.ts';
import type { DecodeAbout, EventDecoder } from '../protocol.ts';
import { decodeAssistant } from './decode-assistant.ts';
import { ChatDecoder, decodeLogprobs, makeCallId, sourceCitation } from './decode-events.ts';
import { finishAfter, toFinish } from './finish-reason.ts';
import { usageOf } from './usage.ts';

/** A whole reply in which `readReply` has found an answer. */
export function decodeReply(body: Uint8Array, about: DecodeAbout): GenerationReply {
  const reply = parseForeignObject(body);
  const model = textOf(fieldOf(reply, 'model')) ?? '';
  let callIds = 0;
  const choices = listOf(fieldOf(reply, 'choices')).map((choice, position): ReplyChoice => {
    const parts = decodeAssistant(fieldOf(choice, 'message'), {
      losses: new Set(),
      makeId: () => makeCallId(about.generation, callIds++),
      nameOf: (name) => about.toolNames.get(name) ?? name,
    });
    const reason = textOf(fieldOf(choice, 'finish_reason')) ?? '';
    const logprobs = decodeLogprobs(fieldOf(choice, 'logprobs'));
    const hasCalls = parts.some(({ kind }) => kind === 'tool-call');
    return {
      index: numberOf(fieldOf(choice, 'index')) ?? position,
      parts: position === 0 ? withSources(parts, fieldOf(reply, 'citations')) : parts,
      finish: reason === '' ? undefined : finishAfter(toFinish(reason), hasCalls),
      ...(logprobs.length > 0 ? { logprobs } : {}),
    };
  });
  return { model: model === '' ? undefined : Content.ofText(model), choices, usage: usageOf(reply) };
}

export function openDecoder(about: DecodeAbout): EventDecoder {
  return new ChatDecoder(about);
}

/** Addresses of sources beside the choices speak of the whole text. */
function withSources(parts: readonly AssistantPart[], sources: unknown): readonly AssistantPart[] {
  const urls = listOf(sources).filter((url): url is string => typeof url === 'string');
  const at = parts.findLastIndex(({ kind }) => kind === 'text');
  if (urls.length === 0 || at < 0) return parts;
  const added = urls.map(sourceCitation);
  return parts.map((part, index) =>
    index === at && part.kind === 'text' ? { ...part, citations: [...(part.citations ?? []), ...added] } : part,
  );
}
