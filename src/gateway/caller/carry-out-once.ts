import { createHash, createHmac } from 'node:crypto';
import type { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { Call } from '../call.ts';
import type { Gateway } from '../gateway.ts';
import type { Caller } from './callers.ts';

/** A request that its caller named, and that only this generation may carry out; given back unless it is kept. */
export class Claim {
  readonly #giveBack: () => void;
  #isKept = false;

  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  /** The generation began: from now on its end is what counts. */
  keep(): void {
    this.#isKept = true;
  }

  [Symbol.dispose](): void {
    if (!this.#isKept) this.#giveBack();
  }
}

const askMs = 2_000;
/** Beyond its deadline a generation without an end has none any more. */
const graceMs = 60_000;

/**
 * One round trip to the keeper before admission (MONEY §9): a request that is running or was carried out is not carried out
 * again. What is kept are keyed hashes of the caller's name for it and of its bytes, for a day.
 */
export async function carryOutOnce(
  { call, caller, body }: { readonly call: Call; readonly caller: Caller; readonly body: Content },
  gateway: Gateway,
): Promise<Claim> {
  const { workspace } = caller;
  const name = gateway.pseudonym(workspace, `idempotency:${call.options.idempotencyKey ?? ''}`);
  const digest = createHash('sha256').update(`${call.surface}\0`).update(body.reveal('hash')).digest();
  const claim = { workspace, name, generation: call.generation };
  const args = {
    ...claim,
    body: createHmac('sha256', name).update(digest).digest('hex'),
    lost_after_ms: gateway.deadlines.totalMs + graceMs,
  };
  const answer = await gateway.keeper.ask({ kind: 'command', name: 'claim-once', args }, askMs);
  const giveBack = () => void gateway.keeper.ask({ kind: 'command', name: 'claim-release', args: claim }, askMs);
  if (answer?.kind !== 'result') {
    // It may be claimed all the same: what is said next is heard after it.
    giveBack();
    throw new Fault('not-ready', { why: 'the keeper did not answer' });
  }
  // The keeper of this process wrote it.
  const result = answer.value as {
    readonly kind: 'new' | 'running' | 'done' | 'other-body';
    readonly generation?: string;
  };
  switch (result.kind) {
    case 'new':
      return new Claim(giveBack);
    case 'running':
      throw new Fault('request-running', { retryAfterMs: 2_000 });
    case 'done':
      throw new Fault('request-done', { generation: result.generation ?? '' });
    case 'other-body':
      throw new Fault('request-differs');
  }
}
