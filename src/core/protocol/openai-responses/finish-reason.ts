import type { FinishReason } from '#core/generation/reply.ts';
import { fieldOf, listOf } from '../json-value.ts';

/** How a response ended, or undefined when it did not: it failed, or is not over. */
export function decodeFinish(response: unknown, hasCalls: boolean): FinishReason | undefined {
  const status = fieldOf(response, 'status');
  if (status === 'completed') return hasCalls ? 'tool-calls' : 'stop';
  if (status !== 'incomplete') return undefined;
  switch (fieldOf(fieldOf(response, 'incomplete_details'), 'reason')) {
    case 'max_output_tokens':
      return 'length';
    case 'content_filter':
      return 'filtered';
    default:
      return 'other';
  }
}

/** Whether the caller must run something. */
export function hasCalls(output: unknown): boolean {
  return listOf(output).some((item) => isCall(fieldOf(item, 'type')));
}

export function isCall(type: unknown): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}

type Ending = {
  readonly status: 'completed' | 'incomplete';
  readonly incompleteReason: 'max_output_tokens' | 'content_filter' | undefined;
};

/** What nobody knows is not a good end. */
export function encodeFinish(finish: FinishReason): Ending {
  switch (finish) {
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
      return { status: 'completed', incompleteReason: undefined };
    case 'filtered':
      return { status: 'incomplete', incompleteReason: 'content_filter' };
    case 'length':
    case 'paused':
    case 'other':
      return { status: 'incomplete', incompleteReason: 'max_output_tokens' };
  }
}
