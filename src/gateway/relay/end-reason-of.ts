import type { EndReason } from '#core/generation/end-reason.ts';
import type { FinishReason } from '#core/generation/reply.ts';

/** How a generation ended whose upstream ended well, by the upstream's own word; without one it is complete all the same. */
export function endReasonOf(finish: FinishReason | undefined): EndReason {
  switch (finish) {
    case 'length':
      return 'length';
    case 'filtered':
      return 'filtered';
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
    case 'paused':
    case 'other':
    case undefined:
      return 'completed';
  }
}
