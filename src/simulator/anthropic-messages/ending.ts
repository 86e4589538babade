import type { Reply } from '../script.ts';

/** How an answer ended; null as long as it did not. */
export type Ending = {
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly stop_details: null;
};

export function endingOf(reply: Reply | undefined): Ending {
  return { stop_reason: reasonOf(reply), stop_sequence: reply?.stoppedBy ?? null, stop_details: null };
}

function reasonOf(reply: Reply | undefined): string | null {
  if (reply === undefined) return 'end_turn';
  switch (reply.finish) {
    case null:
      return null;
    case 'stop':
      return reply.stoppedBy === undefined ? 'end_turn' : 'stop_sequence';
    case 'length':
      return 'max_tokens';
    case 'tool_calls':
      return 'tool_use';
    case 'content_filter':
      return 'refusal';
  }
}
