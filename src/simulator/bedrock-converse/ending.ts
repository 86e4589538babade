import type { Reply } from '../script.ts';
import type { ConversePrompt } from './request.ts';

/** Why an answer ended, as Converse says it; null as long as it did not. */
export function stopReasonOf(reply: Reply | undefined): string | null {
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
      return 'content_filtered';
  }
}

/** What was asked for of the model's own reply, which is all that says which sequence it was. */
export function ownFields(reply: Reply | undefined, { asksStop, stream }: ConversePrompt): object {
  if (!asksStop) return {};
  const found = { stop_sequence: reply?.stoppedBy ?? null };
  return { additionalModelResponseFields: stream ? { delta: found } : found };
}
