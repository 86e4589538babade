import { type Window, windowAt } from '#core/allowance/window.ts';
import type { GrantAsk, GrantedLease, GrantResult } from '../store.ts';
import type { LeaseRow } from './lease-rows.ts';
import type { LeaseTables } from './lease-store.ts';

type Asked = { readonly instance: string; readonly wants: readonly GrantAsk[]; readonly now: number };

/** What one want gets. The lease is undefined when it must be made. */
type Decision = {
  readonly ask: GrantAsk;
  readonly id: string;
  readonly lease: LeaseRow | undefined;
  readonly window: Window;
  readonly limit: bigint;
  readonly free: bigint;
  readonly give: bigint;
};

type Short = Extract<GrantResult, { readonly kind: 'short' }>;

/** All of the wants or none: first every row is looked at, in order of id, and only when all can give do they. */
export function grantAll(tables: LeaseTables, { instance, wants, now }: Asked): GrantResult {
  if (tables.instances.find(instance)?.state !== 'alive') return { kind: 'fenced' };
  const ordered = wants.toSorted((a, b) => (a.allowance < b.allowance ? -1 : 1));
  if (new Set(ordered.map(({ allowance }) => allowance)).size < ordered.length) {
    throw new Error('a want names an allowance twice');
  }
  const decisions: Decision[] = [];
  for (const ask of ordered) {
    const decision = decide(tables, { instance, ask, now });
    if ('kind' in decision) return decision;
    decisions.push(decision);
  }
  return { kind: 'granted', leases: decisions.map((decision) => carryOut(tables, instance, decision)) };
}

function decide(
  { windows, leases }: LeaseTables,
  { instance, ask, now }: { readonly instance: string; readonly ask: GrantAsk; readonly now: number },
): Decision | Short {
  const allowance = windows.allowance(ask.allowance);
  if (!allowance) return { kind: 'short', allowance: ask.allowance, window: 'all', free: 0n, resetsAt: null };
  const window = windowAt(allowance.window, now);
  const row = windows.find(ask.allowance, window.id) ?? { limit: allowance.limit, spent: 0n, leased: 0n };
  const free = row.limit - row.spent - row.leased;
  const { id, lease } = findLease(leases, { instance, ask, window: window.id });
  const wants = beyondLostReply(ask, lease);
  if (free < wants.need) {
    return {
      kind: 'short',
      allowance: ask.allowance,
      window: window.id,
      free: free > 0n ? free : 0n,
      resetsAt: window.endsAt,
    };
  }
  const holders = leases.otherHolders(ask.allowance, window.id, instance) + 1;
  return { ask, id, lease, window, limit: row.limit, free, give: share(wants, free, holders) };
}

/**
 * A lease belongs to one window. Asked for in a later one, the want gets another lease there, under an id made of both:
 * asked again, it finds the same row, and what is posted against the old lease still counts in the old window.
 */
function findLease(
  leases: LeaseTables['leases'],
  { instance, ask, window }: { readonly instance: string; readonly ask: GrantAsk; readonly window: string },
): { readonly id: string; readonly lease: LeaseRow | undefined } {
  const named = leases.find(ask.lease);
  const id = named && named.window !== window ? `${ask.lease.split('~')[0]}~${window}` : ask.lease;
  const lease = id === ask.lease ? named : leases.find(id);
  for (const found of [named, lease]) {
    if (found && (found.instance !== instance || found.allowance !== ask.allowance)) {
      throw new Error('a lease is asked for by somebody else, or for something else');
    }
  }
  return { id, lease };
}

type Wants = Pick<GrantAsk, 'need' | 'wanted' | 'target'>;

/** A grant that the gateway does not know of is there already: its reply was lost. What covers the need is not given twice. */
function beyondLostReply(ask: GrantAsk, lease: LeaseRow | undefined): Wants {
  const have = lease?.id === ask.lease ? ask.have : 0n;
  const unknown = lease ? lease.granted - have : 0n;
  if (unknown <= 0n) return ask;
  if (unknown >= ask.need) return { need: 0n, wanted: 0n, target: 0n };
  const need = ask.need - unknown;
  const wanted = ask.wanted - unknown;
  return { need, wanted: wanted > need ? wanted : need, target: ask.target };
}

/** What waits is served whole if it can be; of the stock beyond it, a holder gets at most half an equal part. */
function share({ wanted, target }: Wants, free: bigint, holders: number): bigint {
  if (free <= 0n) return 0n;
  const now = wanted < free ? wanted : free;
  const part = (free - now) / (2n * BigInt(holders));
  return now + (target < part ? target : part);
}

function carryOut({ windows, leases }: LeaseTables, instance: string, decision: Decision): GrantedLease {
  const { ask, id, lease, window, limit, free, give } = decision;
  windows.open(ask.allowance, window.id, limit);
  if (give > 0n) windows.lend(ask.allowance, window.id, give);
  if (!lease) leases.add({ id, instance, allowance: ask.allowance, window: window.id, granted: give });
  else if (give > 0n || lease.done || lease.state === 'closed') leases.extend(lease, give);
  return {
    lease: id,
    allowance: ask.allowance,
    window: window.id,
    granted: (lease?.granted ?? 0n) + give,
    endsAt: window.endsAt,
    tight: (free - give) * 5n < limit,
    left: free > give ? free - give : 0n,
  };
}
