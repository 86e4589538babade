import { Content } from '#core/generation/content.ts';
import type { TokenLogprob } from '#core/generation/reply.ts';
import { numberOf, textOf } from '../json-value.ts';
import { itemsOf, memberOf } from './field-names.ts';

/** The chosen tokens and, beside each, the likeliest ones. */
export function decodeLogprobs(result: unknown): readonly TokenLogprob[] | undefined {
  const tops = itemsOf(memberOf(result, 'topCandidates'));
  const tokens = itemsOf(memberOf(result, 'chosenCandidates')).map((chosen, at) => ({
    ...oneOf(chosen),
    top: itemsOf(memberOf(tops[at], 'candidates')).map(oneOf),
  }));
  return tokens.length > 0 ? tokens : undefined;
}

function oneOf(candidate: unknown): { readonly token: Content; readonly logprob: number } {
  const logprob = numberOf(memberOf(candidate, 'logProbability')) ?? 0;
  return { token: Content.ofText(textOf(memberOf(candidate, 'token')) ?? ''), logprob };
}

export function encodeLogprobs(tokens: readonly TokenLogprob[]) {
  return {
    chosenCandidates: tokens.map(toGoogle),
    topCandidates: tokens.map(({ top }) => ({ candidates: top.map(toGoogle) })),
  };
}

function toGoogle({ token, logprob }: Pick<TokenLogprob, 'token' | 'logprob'>) {
  return { token: token.revealText('translate'), logProbability: logprob };
}
