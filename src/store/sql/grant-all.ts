import { type Window, windowAt } from '#core/allowance/window.ts';
import type { GrantAsk, GrantedLease, GrantResult } from '../store.ts';
import { openEndUsers } from './end-user-rows.ts';
import { isAlive } from './instance-rows.ts';
import { addLease, countOtherHolders, extendLease, findLeases, type LeaseRow } from './lease-rows.ts';
import { Overtaken, type Sql } from './sql.ts';
import { findAllowances, lend, lockWindow, openWindow, type WindowId, type WindowRow } from './window-rows.ts';

type Asked = { readonly instance: string; readonly wants: readonly GrantAsk[]; readonly now: number };

/** One want, the window of now, and what its rows say. */
type Looked = {
  readonly ask: GrantAsk;
  readonly window: Window;
  readonly row: WindowRow;
  readonly id: string;
  /** Undefined: it must be made. */
  readonly lease: LeaseRow | undefined;
  readonly otherHolders: number;
};

/** What one want gets. */
type Decision = Looked & { readonly free: bigint; readonly give: bigint };

type Short = Extract<GrantResult, { readonly kind: 'short' }>;

/** All of the wants or none: first every row is looked at, in order of id, and only when all can give do they. */
export async function grantAll(sql: Sql, { instance, wants, now }: Asked): Promise<GrantResult> {
  if (!(await isAlive(sql, instance))) return { kind: 'fenced' };
  const { wants: opened, askedAs } = await openEndUsers(sql, wants.toSorted(inOrder));
  const ordered = opened.toSorted(inOrder);
  if (new Set(ordered.map(({ allowance }) => allowance)).size < ordered.length) {
    throw new Error('a want names an allowance twice');
  }
  const looked = await look(sql, { instance, wants: ordered, now });
  const nameOf = (allowance: string) => askedAs.get(allowance) ?? allowance;
  if ('kind' in looked) return { ...looked, allowance: nameOf(looked.allowance) };
  const decisions: Decision[] = [];
  for (const each of looked) {
    const decision = decide(each);
    if ('kind' in decision) return { ...decision, allowance: nameOf(decision.allowance) };
    decisions.push(decision);
  }
  await Promise.all(decisions.map((decision) => carryOut(sql, instance, decision)));
  const leases = decisions.map(toGranted).map((lease) => ({ ...lease, allowance: nameOf(lease.allowance) }));
  return { kind: 'granted', leases };
}

function inOrder(a: GrantAsk, b: GrantAsk): number {
  return a.allowance < b.allowance ? -1 : 1;
}

async function look(sql: Sql, { instance, wants, now }: Asked): Promise<readonly Looked[] | Short> {
  const allowances = await findAllowances(
    sql,
    wants.map(({ allowance }) => allowance),
  );
  const asked: Windowed[] = [];
  for (const ask of wants) {
    const allowance = allowances.get(ask.allowance);
    if (!allowance) return { kind: 'short', allowance: ask.allowance, window: 'all', free: 0n, resetsAt: null };
    const window = windowAt(allowance.window, now, allowance.zone);
    asked.push({ ask, window, at: { allowance: ask.allowance, window: window.id }, limit: allowance.limit });
  }
  await Promise.all(asked.map(({ at, limit }) => openWindow(sql, at, limit)));
  const rows = await Promise.all(asked.map(({ at }) => lockWindow(sql, at)));
  const leases = await findLeasesOf(sql, asked);
  const holders = await Promise.all(asked.map(({ at }) => countOtherHolders(sql, at, instance)));
  return asked.map(({ ask, window }, index) => {
    const [row, otherHolders] = [rows[index], holders[index]];
    // What nobody used was dropped in between.
    if (!row || otherHolders === undefined) throw new Overtaken();
    return { ask, window, row, otherHolders, ...leaseFor({ instance, ask, window: window.id, leases }) };
  });
}

type Windowed = {
  readonly ask: GrantAsk;
  readonly window: Window;
  readonly at: WindowId;
  readonly limit: bigint;
};

/** The leases that are named, and those that stand for them in the window of now. */
async function findLeasesOf(sql: Sql, windowed: readonly Windowed[]): Promise<ReadonlyMap<string, LeaseRow>> {
  const named = await findLeases(
    sql,
    windowed.map(({ ask }) => ask.lease),
  );
  const renamed = windowed
    .filter(({ ask, window }) => named.has(ask.lease) && named.get(ask.lease)?.window !== window.id)
    .map(({ ask, window }) => nameIn(ask.lease, window.id));
  return renamed.length === 0 ? named : new Map([...named, ...(await findLeases(sql, renamed))]);
}

function nameIn(lease: string, window: string): string {
  return `${lease.split('~')[0]}~${window}`;
}

/**
 * A lease belongs to one window. Asked for in a later one, the want gets another lease there, under an id made of both:
 * asked again, it finds the same row, and what is posted against the old lease still counts in the old window.
 */
function leaseFor({
  instance,
  ask,
  window,
  leases,
}: {
  readonly instance: string;
  readonly ask: GrantAsk;
  readonly window: string;
  readonly leases: ReadonlyMap<string, LeaseRow>;
}): { readonly id: string; readonly lease: LeaseRow | undefined } {
  const named = leases.get(ask.lease);
  const id = named && named.window !== window ? nameIn(ask.lease, window) : ask.lease;
  const lease = leases.get(id);
  for (const found of [named, lease]) {
    if (found && (found.instance !== instance || found.allowance !== ask.allowance)) {
      throw new Error('a lease is asked for by somebody else, or for something else');
    }
  }
  return { id, lease };
}

function decide(looked: Looked): Decision | Short {
  const { ask, window, row, lease, otherHolders } = looked;
  const free = row.limit - row.spent - row.leased;
  const wants = beyondLostReply(ask, lease);
  if (free < wants.need) {
    const { allowance } = ask;
    return { kind: 'short', allowance, window: window.id, free: free > 0n ? free : 0n, resetsAt: window.endsAt };
  }
  return { ...looked, free, give: share(wants, free, otherHolders + 1) };
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

async function carryOut(sql: Sql, instance: string, { ask, id, lease, window, give }: Decision): Promise<void> {
  const { allowance } = ask;
  const at = { allowance, window: window.id };
  const steps = give > 0n ? [lend(sql, at, give)] : [];
  if (!lease) steps.push(addLease(sql, { ...at, id, instance, granted: give }));
  else if (give > 0n || lease.done || lease.state === 'closed') steps.push(extendLease(sql, lease, give));
  await Promise.all(steps);
}

function toGranted({ ask, id, lease, window, row, free, give }: Decision): GrantedLease {
  return {
    lease: id,
    allowance: ask.allowance,
    window: window.id,
    granted: (lease?.granted ?? 0n) + give,
    endsAt: window.endsAt,
    tight: (free - give) * 5n < row.limit,
    left: free > give ? free - give : 0n,
  };
}
