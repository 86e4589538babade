import { Fault } from '#core/generation/fault.ts';
import { formatUsd, type Nano } from '#core/money/nano.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import { isOf, limitFault } from '../admit/admit.ts';
import type { Call } from '../call.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';

/** Gateways give back what they hold of a wallet and do not need: that takes a moment. */
const triesMax = 6;
const againMs = 250;
export const askKeeperMs = 5_000;

/** What ends long after its request can cost at most, of how many items, and whose price that is. */
export type OperationBound = { readonly amount: Nano; readonly items: number; readonly endpoint: Endpoint };

/** An operation's id, after the request that began it. */
export function operationOf({ generation }: Pick<Call, 'generation'>): string {
  return `op-${generation.slice('gen-'.length)}`;
}

/** Sets aside what it can cost at most, of the wallet and every limit beside it, or says which of them has not so much. */
export async function openOperation(
  operation: {
    readonly id: string;
    readonly caller: Caller;
    readonly upstream: string;
    readonly bound: OperationBound;
    readonly at: number;
    /** Of an answer in the background; left out: of a batch. */
    readonly background?: { readonly serviceTier: string | undefined; readonly inputEstimate: number };
  },
  gateway: Gateway,
): Promise<void> {
  const { id, caller, upstream, bound, at, background } = operation;
  const { workspace, key } = caller;
  const { amount, items, endpoint } = bound;
  const pinned = { endpoint: endpoint.id, price_version: endpoint.price.id, at };
  // Whoever begins it has heard of its name by then, or never will.
  const times = { name_within_ms: 4 * gateway.deadlines.firstContentMs };
  const { serviceTier: service_tier, inputEstimate: input_estimate } = background ?? {};
  const kind = background ? { kind: 'background', service_tier, input_estimate } : { kind: 'batch' };
  const [wallet, ...others] = caller.allowances;
  // What runs at once is over with its request.
  const limits = others.filter((row) => row.counts === 'spent' && isOf(row, { model: endpoint.model, endpoint }));
  const uses = limits.map(({ id: allowance, unit }) => ({ allowance, unit }));
  let refusal = tooDear(amount, 0n);
  for (let tries = 0; tries < triesMax; tries += 1) {
    for (const each of wallet ? [wallet, ...limits] : limits) gateway.leases.recall(each.id);
    const args = { id, workspace, key, upstream, amount: String(amount), items, uses, ...pinned, ...times, ...kind };
    const answer = await gateway.keeper.ask({ kind: 'command', name: 'operation-open', args }, askKeeperMs);
    if (answer?.kind !== 'result') throw new Fault('not-ready', { why: 'the keeper did not answer' });
    // The keeper of this process wrote it.
    const value = answer.value as Opened;
    if (value.opened) return;
    const row = limits.find(({ id: allowance }) => allowance === value.allowance) ?? wallet;
    const short = { allowance: value.allowance, free: BigInt(value.free), resetsInMs: value.resets_in_ms };
    refusal = limitFault(row, { need: row?.unit === 'requests' ? BigInt(items) : amount, own: 0n, short });
    await new Promise((resolve) => setTimeout(resolve, againMs));
  }
  throw refusal;
}

type Opened =
  | { readonly opened: true }
  | {
      readonly opened: false;
      readonly allowance: string;
      readonly free: string;
      readonly resets_in_ms: number | null;
    };

/** What was not used comes back. */
export async function endOperation(id: string, gateway: Gateway): Promise<void> {
  await gateway.keeper.ask({ kind: 'command', name: 'operation-end', args: { id } }, askKeeperMs);
}

/** From now on it is asked after. False: the keeper did not take it down. */
export async function nameOperation(id: string, object: string, gateway: Gateway): Promise<boolean> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    if (tries > 0) await new Promise((resolve) => setTimeout(resolve, againMs));
    const answer = await gateway.keeper.ask(
      { kind: 'command', name: 'operation-name', args: { id, object } },
      askKeeperMs,
    );
    if (answer?.kind === 'result') return true;
  }
  return false;
}

export function tooDear(need: Nano, free: Nano): Fault {
  return new Fault('wallet-empty', { need: formatUsd(need), free: formatUsd(free) });
}
