import type { EndReason } from '#core/generation/end-reason.ts';
import { inputOf, noUsage, type Usage } from '#core/generation/usage.ts';
import type { BelievedUsage } from './believe-usage.ts';

/** How far a generation had come when it ended. */
export type Reached = 'nothing' | 'upstream-head' | 'content';

/** What the customer pays for: a part of the usage; and whether what is left is the operator's loss. */
export type Payable = { readonly usage: Usage; readonly isAbandoned: boolean };

/**
 * Who pays for which ending: MONEY §8 as one table. docs/reference/charges.md tells it to people. `paysAbandoned`: the key has
 * abandoned more than 3 % of its requests in the hour before.
 */
export function whatIsPaid(end: EndReason, reached: Reached, believed: BelievedUsage, paysAbandoned = false): Payable {
  const all = { usage: believed.usage, isAbandoned: false };
  const nothing = { usage: noUsage, isAbandoned: false };
  const input = { usage: inputOf(believed.usage), isAbandoned: false };
  switch (end) {
    case 'completed':
    case 'length':
    case 'wallet_empty':
      return all;
    case 'filtered':
      return reached === 'content' ? all : nothing;
    case 'failed':
    case 'refused':
    case 'drained':
    case 'crashed':
      return nothing;
    case 'caller_left':
      if (reached === 'content') return all;
      return reached === 'upstream-head' || paysAbandoned ? input : { usage: noUsage, isAbandoned: true };
    case 'timed_out':
    case 'upstream_cut':
    case 'stalled':
      // What the upstream had reported by then; our own count is not charged for what others broke.
      return reached === 'content' && believed.source === 'reported' ? all : nothing;
  }
}

/** A request allowance loses one for what the caller asked for and got or abandoned, none for what others broke. */
export function countsAsRequest(end: EndReason, reached: Reached): boolean {
  switch (end) {
    case 'completed':
    case 'length':
    case 'wallet_empty':
    case 'filtered':
    case 'refused':
    case 'caller_left':
      return true;
    case 'timed_out':
    case 'upstream_cut':
    case 'stalled':
      return reached === 'content';
    case 'failed':
    case 'drained':
    case 'crashed':
      return false;
  }
}
