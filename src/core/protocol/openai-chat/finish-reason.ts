import type { FinishReason } from '#core/generation/reply.ts';

/** An upstream's word. What nobody knows is never taken for a natural end. */
export function toFinish(reason: string): FinishReason {
  switch (reason) {
    case 'stop':
    // Together's word for the model's own end.
    case 'eos':
      return 'stop';
    case 'length':
    // Mistral's word for a full context window.
    case 'model_length':
      return 'length';
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls';
    case 'content_filter':
      return 'filtered';
    default:
      return 'other';
  }
}

/** A natural stop after a call is a stop for the call: OpenAI itself says `stop` there at times. */
export function finishAfter(reason: FinishReason, hasCalls: boolean): FinishReason {
  return reason === 'stop' && hasCalls ? 'tool-calls' : reason;
}

/** A caller's word: OpenAI has five, so an end that it does not know is one that did not come to its end. */
export function fromFinish(reason: FinishReason): 'stop' | 'length' | 'tool_calls' | 'content_filter' {
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
      return 'stop';
    case 'tool-calls':
      return 'tool_calls';
    case 'filtered':
      return 'content_filter';
    case 'length':
    case 'paused':
    case 'other':
      return 'length';
  }
}
