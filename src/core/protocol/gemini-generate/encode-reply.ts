import type { AssistantPart } from '#core/generation/parts.ts';
import type { GenerationReply, ReplyChoice } from '#core/generation/reply.ts';
import type { JsonObject } from '../json-value.ts';
import type { ReplyAbout } from '../protocol.ts';
import {
  callPart,
  foreignPart,
  groundingOf,
  mediaPart,
  type PlacedSource,
  textPart,
  thoughtPart,
} from './encode-candidate.ts';
import { fromFinish } from './finish-reason.ts';
import { encodeLogprobs } from './logprobs.ts';
import { encodeUsage } from './usage.ts';

export function encodeReply(reply: GenerationReply, about: ReplyAbout): string {
  return JSON.stringify({
    candidates: reply.choices.map(encodeChoice),
    ...(reply.usage ? { usageMetadata: encodeUsage(reply.usage) } : {}),
    modelVersion: reply.model?.revealText('translate') ?? about.request.model,
    responseId: responseIdOf(about.generation),
  });
}

/** The generation's 26 characters. */
export function responseIdOf(generation: string): string {
  return generation.replace(/^gen-/, '');
}

function encodeChoice({ index, parts, finish, logprobs }: ReplyChoice) {
  const encoded: JsonObject[] = [];
  const sources: PlacedSource[] = [];
  for (const part of parts) {
    const one = encodePart(part);
    if (!one) continue;
    if (part.kind === 'text') {
      for (const citation of part.citations ?? []) {
        sources.push({ citation, text: part.text.revealText('translate'), partIndex: encoded.length });
      }
    }
    encoded.push(one);
  }
  return {
    content: { parts: encoded, role: 'model' },
    finishReason: fromFinish(finish ?? 'other'),
    index,
    ...(sources.length > 0 ? { groundingMetadata: groundingOf(sources) } : {}),
    ...(logprobs ? { logprobsResult: encodeLogprobs(logprobs) } : {}),
  };
}

function encodePart(part: AssistantPart): JsonObject | undefined {
  switch (part.kind) {
    case 'text':
      return textPart(part.text, part.state);
    case 'reasoning':
      return thoughtPart(part.text, part.state);
    case 'refusal':
      return textPart(part.text);
    case 'tool-call':
      return callPart(part, part.input.revealText('translate'));
    case 'media':
      return part.source.kind === 'inline' ? mediaPart(part, part.source.data) : undefined;
    case 'foreign':
      return foreignPart(part.family, part.item);
  }
}
