import type { EndRecord } from '#core/journal/record.ts';
import { protocolOf } from '#core/protocol/protocols.ts';
import type { SnapshotPrice } from '#keeper/interface/snapshot.ts';
import type { Gateway } from '../gateway.ts';

const askMs = 10_000;

/** What runs at an upstream, as the keeper says. */
export type Operation = {
  readonly id: string;
  readonly workspace: string;
  readonly key: string;
  readonly kind: 'batch' | 'background';
  readonly upstream: string;
  /** Null: nobody heard that it was begun. */
  readonly object: string | null;
  /** What was set aside for it, nano-USD. */
  readonly amount: string;
  readonly createdAt: number;
  /** Milliseconds since its end was due; below zero: it has time yet. */
  readonly overdueMs: number;
  /** Whose price it has, in the version that was in force when it was set aside. */
  readonly endpoint: string;
  readonly priceVersion: string;
  readonly price: SnapshotPrice | null;
  readonly cost: SnapshotPrice | null;
  /** Of an answer in the background: the one asked for, and what its input is likely to have, in tokens. */
  readonly serviceTier: string | null;
  readonly inputEstimate: number;
};

/** Who asks is nobody who could leave. */
export const nobody = { protocol: protocolOf('openai-chat'), passedHeaders: [], reply: { onLeft() {} } };
const nobodyOfResponses = { ...nobody, protocol: protocolOf('openai-responses') };

/** In the dialect in which it was begun: its upstream may speak no other. */
export function nobodyOf({ kind }: Pick<Operation, 'kind'>): typeof nobody {
  return kind === 'background' ? nobodyOfResponses : nobody;
}

/** Settles items, once each. What is not settled stays open: it is not given back either. */
export async function postItems(
  { id }: Pick<Operation, 'id'>,
  records: readonly EndRecord[],
  gateway: Gateway,
): Promise<void> {
  const args = { id, records };
  const answer = await gateway.keeper.ask({ kind: 'command', name: 'operation-post', args }, askMs);
  if (answer?.kind !== 'result') throw new Error('the items of an operation were not settled');
  // The keeper of this process wrote it.
  const { overrun, broken } = answer.value as { readonly overrun: string; readonly broken: number };
  if (overrun !== '0') gateway.log('charge-overran', { records: records.length });
  if (broken === 0) return;
  gateway.meters.alarmed('keeper-record-broken');
  gateway.log('keeper-record-broken', { records: broken });
  throw new Error('some items of an operation are none');
}
