/** How a generation ended. Who pays for which ending is one table: core/money/who-pays.ts. */
export const endReasons = [
  'completed',
  'length',
  'wallet_empty',
  'filtered',
  'refused',
  'failed',
  'caller_left',
  'timed_out',
  'upstream_cut',
  'stalled',
  'drained',
  'crashed',
] as const;

export type EndReason = (typeof endReasons)[number];
