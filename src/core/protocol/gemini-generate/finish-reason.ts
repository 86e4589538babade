import type { FinishReason } from '#core/generation/reply.ts';

/** Why a candidate ended; undefined while it has not. `hasCalls`: it made a function call in any of its chunks. */
export function toFinish(reason: unknown, hasCalls: boolean): FinishReason | undefined {
  if (typeof reason !== 'string') return undefined;
  switch (reason) {
    // The zero value of the enum, which some programs write while nothing has ended.
    case '':
    case 'FINISH_REASON_UNSPECIFIED':
      return undefined;
    // Google has no word for the end by a call.
    case 'STOP':
      return hasCalls ? 'tool-calls' : 'stop';
    case 'MAX_TOKENS':
      return 'length';
    case 'SAFETY':
    case 'RECITATION':
    case 'BLOCKLIST':
    case 'PROHIBITED_CONTENT':
    case 'SPII':
    case 'MODEL_ARMOR':
    case 'IMAGE_SAFETY':
    case 'IMAGE_PROHIBITED_CONTENT':
    case 'IMAGE_RECITATION':
      return 'filtered';
    case 'CONTINUATION':
      return 'paused';
    default:
      return 'other';
  }
}

export function fromFinish(reason: FinishReason): string {
  switch (reason) {
    case 'stop':
    case 'stop-sequence':
    case 'tool-calls':
      return 'STOP';
    case 'length':
      return 'MAX_TOKENS';
    case 'filtered':
      return 'SAFETY';
    case 'paused':
    case 'other':
      return 'OTHER';
  }
}
