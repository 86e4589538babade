import { Content } from '#core/generation/content.ts';
import type { AssistantPart, Citation } from '#core/generation/parts.ts';
import type { GenerationReply, ReplyChoice } from '#core/generation/reply.ts';
import { isObject, numberOf, parseForeignObject, textOf } from '../json-value.ts';
import type { DecodeAbout } from '../protocol.ts';
import { readCitations } from './citations.ts';
import { decodeModelPart } from './decode-parts.ts';
import { itemsOf, memberOf } from './field-names.ts';
import { toFinish } from './finish-reason.ts';
import { decodeLogprobs } from './logprobs.ts';
import { Losses } from './losses.ts';
import { isBlocked } from './read-event.ts';
import { inputOf, ReplyCalls } from './reply-parts.ts';
import { decodeUsage } from './usage.ts';

/** The whole reply; only for bodies in which `readReply` has found an answer. */
export function decodeReply(body: Uint8Array, about: DecodeAbout): GenerationReply {
  const reply = parseForeignObject(body) ?? {};
  const calls = new ReplyCalls(about);
  const model = textOf(memberOf(reply, 'modelVersion'));
  const candidates = itemsOf(memberOf(reply, 'candidates'));
  const blocked: readonly ReplyChoice[] = isBlocked(reply) ? [{ index: 0, parts: [], finish: 'filtered' }] : [];
  return {
    model: model ? Content.ofText(model) : undefined,
    choices: candidates.length > 0 ? candidates.map((candidate, at) => decodeCandidate(candidate, at, calls)) : blocked,
    usage: decodeUsage(memberOf(reply, 'usageMetadata')),
  };
}

function decodeCandidate(candidate: unknown, at: number, calls: ReplyCalls): ReplyChoice {
  const raw = itemsOf(memberOf(memberOf(candidate, 'content'), 'parts'));
  const decoded = raw.map((part) => decodePart(part, calls));
  const hasCalls = decoded.some((part) => part?.kind === 'tool-call');
  return {
    index: numberOf(memberOf(candidate, 'index')) ?? at,
    parts: citedParts(candidate, decoded).filter(isSaid),
    finish: toFinish(memberOf(candidate, 'finishReason'), hasCalls),
    logprobs: decodeLogprobs(memberOf(candidate, 'logprobsResult')),
  };
}

function decodePart(part: unknown, calls: ReplyCalls): AssistantPart | undefined {
  const call = memberOf(part, 'functionCall');
  if (!isObject(call)) return decodeModelPart(part, undefined, new Losses());
  const decoded = decodeModelPart(part, calls.idOf(call), new Losses());
  return decoded?.kind === 'tool-call' ? { ...decoded, name: calls.nameOf(call), input: inputOf(call) } : decoded;
}

function isSaid(part: AssistantPart | undefined): part is AssistantPart {
  if (part === undefined) return false;
  const isText = part.kind === 'text' || part.kind === 'reasoning';
  return !isText || part.state !== undefined || part.text.byteLength > 0;
}

/** Each source stands beside the text that it supports; where it is not said which, beside the first. */
function citedParts(candidate: unknown, parts: readonly (AssistantPart | undefined)[]) {
  const firstText = parts.findIndex((part) => part?.kind === 'text' && part.text.byteLength > 0);
  const placeOf = (partIndex: number | undefined): number =>
    partIndex !== undefined && parts[partIndex]?.kind === 'text' ? partIndex : firstText;
  const placed = readCitations(candidate, (partIndex) => {
    const part = parts[placeOf(partIndex)];
    return part?.kind === 'text' ? part.text.revealText('translate') : '';
  });
  const byPart = new Map<number, Citation[]>();
  for (const { citation, partIndex } of placed) {
    const place = placeOf(partIndex);
    byPart.set(place, [...(byPart.get(place) ?? []), citation]);
  }
  return parts.map((part, at) => {
    const citations = byPart.get(at);
    return part?.kind === 'text' && citations ? { ...part, citations } : part;
  });
}
