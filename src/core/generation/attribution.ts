import type { EndReason } from './end-reason.ts';
import { type Blame, faults } from './fault.ts';

/** Who made a generation end as it did. */
export type Attribution = 'caller' | 'gateway' | 'upstream';

/** One of three for each end, so that nobody has to know all faults to know whom to ask. An operator's doing is the gateway's. */
export function attributionOf(end: EndReason, fault: string | null): Attribution {
  switch (end) {
    case 'completed':
    case 'length':
    case 'filtered':
    case 'upstream_cut':
    case 'stalled':
      return 'upstream';
    case 'wallet_empty':
    case 'refused':
    case 'caller_left':
      return 'caller';
    case 'timed_out':
    case 'drained':
    case 'crashed':
      return 'gateway';
    case 'failed':
      return fault === null ? 'upstream' : blameOf(fault);
  }
}

function blameOf(fault: string): Attribution {
  const known: Readonly<Record<string, { readonly blame: Blame }>> = faults;
  const blame = Object.hasOwn(known, fault) ? known[fault]?.blame : undefined;
  return blame === undefined || blame === 'operator' ? 'gateway' : blame;
}
