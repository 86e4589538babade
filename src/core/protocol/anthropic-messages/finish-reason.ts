import type { FinishReason } from '#core/generation/reply.ts';

/** What Anthropic's `stop_reason` says, in our words. */
export function toFinish(reason: string): FinishReason {
  switch (reason) {
    case 'end_turn':
      return 'stop';
    case 'stop_sequence':
      return 'stop-sequence';
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'tool_use':
      return 'tool-calls';
    case 'refusal':
      return 'filtered';
    case 'pause_turn':
      return 'paused';
    default:
      return 'other';
  }
}

export type StopReason = 'end_turn' | 'stop_sequence' | 'max_tokens' | 'tool_use' | 'refusal' | 'pause_turn';

/** An end that nobody knows is told as one that is not the model's own. */
export function toStopReason(finish: FinishReason): StopReason {
  switch (finish) {
    case 'stop':
      return 'end_turn';
    case 'stop-sequence':
      return 'stop_sequence';
    case 'length':
    case 'other':
      return 'max_tokens';
    case 'tool-calls':
      return 'tool_use';
    case 'filtered':
      return 'refusal';
    case 'paused':
      return 'pause_turn';
  }
}

/** Required where the reason is a refusal, and null elsewhere. */
export function stopDetailsOf(reason: StopReason | null) {
  return reason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null;
}
