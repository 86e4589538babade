import type { FinishReason } from '#core/generation/reply.ts';

/** What Converse's `stopReason` says, in our words. */
export function toFinish(reason: string, hasCalls: boolean): FinishReason {
  switch (reason) {
    case 'end_turn':
      return hasCalls ? 'tool-calls' : 'stop';
    case 'tool_use':
      return 'tool-calls';
    case 'stop_sequence':
      return 'stop-sequence';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'guardrail_intervened':
    case 'content_filtered':
      return 'filtered';
    default:
      return 'other';
  }
}
