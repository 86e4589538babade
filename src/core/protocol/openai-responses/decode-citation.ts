import { Content } from '#core/generation/content.ts';
import type { Citation } from '#core/generation/parts.ts';
import type { TokenLogprob } from '#core/generation/reply.ts';
import { fieldOf, isObject, listOf, numberOf, textOf } from '../json-value.ts';
import { contentOf } from './tool-names.ts';

export function decodeCitations(annotations: unknown): readonly Citation[] {
  return listOf(annotations).flatMap((annotation) => decodeCitation(annotation) ?? []);
}

export function decodeCitation(annotation: unknown): Citation | undefined {
  if (!isObject(annotation)) return undefined;
  return {
    url: contentOf(fieldOf(annotation, 'url')),
    title: contentOf(fieldOf(annotation, 'title') ?? fieldOf(annotation, 'filename')),
    start: numberOf(fieldOf(annotation, 'start_index')),
    end: numberOf(fieldOf(annotation, 'end_index')),
    family: 'openai',
    item: Content.ofJson(annotation),
  };
}

export function decodeLogprobs(logprobs: unknown): readonly TokenLogprob[] {
  return listOf(logprobs).flatMap((told) => {
    const token = decodeToken(told);
    if (!token) return [];
    return [{ ...token, top: listOf(fieldOf(told, 'top_logprobs')).flatMap((other) => decodeToken(other) ?? []) }];
  });
}

function decodeToken(told: unknown): { token: Content; logprob: number } | undefined {
  const token = textOf(fieldOf(told, 'token'));
  const logprob = numberOf(fieldOf(told, 'logprob'));
  return token === undefined || logprob === undefined ? undefined : { token: Content.ofText(token), logprob };
}
