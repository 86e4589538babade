import { Buffer } from 'node:buffer';
import type { TokenLogprob } from '#core/generation/reply.ts';

/** As events tell them. */
export function encodeLogprobs(tokens: readonly TokenLogprob[]): readonly object[] {
  return tokens.map(({ token, logprob, top }) => ({
    token: token.revealText('translate'),
    logprob,
    top_logprobs: top.map((other) => ({ token: other.token.revealText('translate'), logprob: other.logprob })),
  }));
}

/** As a finished part tells them: with the bytes of each token. */
export function encodeLogprobsWithBytes(tokens: readonly TokenLogprob[]): readonly object[] {
  return tokens.map(({ token, logprob, top }) => ({
    ...withBytes(token.revealText('translate'), logprob),
    top_logprobs: top.map((other) => withBytes(other.token.revealText('translate'), other.logprob)),
  }));
}

function withBytes(token: string, logprob: number): object {
  return { token, bytes: [...Buffer.from(token, 'utf8')], logprob };
}
