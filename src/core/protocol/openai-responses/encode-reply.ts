import { Content } from '#core/generation/content.ts';
import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationEvent, GenerationReply } from '#core/generation/reply.ts';
import type { EventEncoder, ReplyAbout } from '../protocol.ts';
import { ResponsesEncoder } from './encode-events.ts';

/** Streamed and whole replies come out of one writer, so that they cannot differ. */
export function encodeReply(reply: GenerationReply, about: ReplyAbout): string {
  const encoder = new ResponsesEncoder(about, true);
  for (const event of eventsOf(reply)) encoder.encode(event);
  return JSON.stringify(encoder.close());
}

export function openEncoder(about: ReplyAbout): EventEncoder {
  return new ResponsesEncoder(about);
}

function* eventsOf({ model, choices, usage }: GenerationReply): Generator<GenerationEvent> {
  yield { kind: 'start', model };
  const only = choices[0];
  if (only?.logprobs) yield { kind: 'logprobs', choice: 0, tokens: only.logprobs };
  for (const [i, part] of (only?.parts ?? []).entries()) yield* eventsOfPart(part, i);
  if (only?.finish) yield { kind: 'finish', choice: 0, reason: only.finish };
  if (usage) yield { kind: 'usage', usage };
}

const choice = 0;

function* eventsOfPart(part: AssistantPart, call: number): Generator<GenerationEvent> {
  switch (part.kind) {
    case 'text':
      yield { kind: 'text-delta', choice, text: part.text };
      for (const citation of part.citations ?? []) yield { kind: 'citation', choice, citation };
      if (part.state) yield { kind: 'state', choice, state: part.state };
      yield { kind: 'part-end', choice };
      return;
    case 'refusal':
      yield { kind: 'refusal-delta', choice, text: part.text };
      yield { kind: 'part-end', choice };
      return;
    case 'reasoning':
      yield { kind: 'reasoning-delta', choice, text: part.text, isSummary: part.isSummary };
      if (part.state) yield { kind: 'state', choice, state: part.state };
      yield { kind: 'part-end', choice };
      return;
    case 'tool-call': {
      const { id, name, form, input, state } = part;
      yield { kind: 'tool-call-start', choice, call, id, name, form, state };
      yield { kind: 'tool-call-delta', choice, call, input };
      yield { kind: 'tool-call-end', choice, call };
      return;
    }
    case 'media': {
      const data = part.source.kind === 'inline' ? part.source.data : Content.ofText('');
      yield { kind: 'media', choice, medium: part.medium, mediaType: part.mediaType, data };
      return;
    }
    case 'foreign':
      yield { kind: 'foreign', choice, family: part.family, item: part.item };
  }
}
