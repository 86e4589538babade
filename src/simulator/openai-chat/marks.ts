import type { Finish, Reply } from '../script.ts';
import type { Turn } from '../turn.ts';

export const fingerprint = 'fp_5ea5ca1e00';

// A provider signs reasoning so that it knows its own when it comes back; this one looks like that.
export const reasoningSignature = 'c2FuZGJveC1yZWFzb25pbmctc2lnbmF0dXJlLW9mLW5vLXZhbHVl';

export function idOf(turn: Turn): string {
  return `chatcmpl-${turn.letters}`;
}

export function secondsOf(turn: Turn): number {
  return Math.floor(turn.createdMs / 1000);
}

/** OpenAI ends a call that the caller forced by name with 'stop' (seen in recordings), others with 'tool_calls'. */
export function finishOf(turn: Turn, reply: Reply): Finish | null {
  const isNamed = reply.finish === 'tool_calls' && turn.prompt.toolChoice.kind === 'named';
  return isNamed ? 'stop' : reply.finish;
}
