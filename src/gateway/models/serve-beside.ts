import { Fault } from '#core/generation/fault.ts';
import { admitRates, rateFor } from '../admit/admit-rates.ts';
import type { Call } from '../call.ts';
import { authenticate } from '../caller/authenticate.ts';
import type { Caller } from '../caller/callers.ts';
import type { Gateway } from '../gateway.ts';
import { refuse } from '../refuse.ts';
import { limitHeaders } from '../relay/reply-headers.ts';

/**
 * What is asked beside generations: files, batches, stored responses, counts. It costs nothing, but it takes a place inside
 * and is open until it ended, as a generation is.
 */
export async function serveBeside(
  call: Call,
  gateway: Gateway,
  serve: (caller: Caller) => Promise<void>,
): Promise<void> {
  gateway.open += 1;
  let known: Caller | undefined;
  try {
    if (gateway.phase === 'draining') throw new Fault('draining');
    gateway.door.refuseWhenShut();
    const caller = await authenticate(call, gateway);
    known = caller;
    await gateway.door.enter(caller);
    using _place = gateway.door.pass;
    await serve(caller);
  } catch (thrown) {
    if (!call.reply.hasLeft) refuse(call, thrown, gateway, { extra: limitHeaders(call, known, gateway) });
  } finally {
    gateway.open -= 1;
  }
}

/** One of each rate of requests, just before an upstream is asked: who is refused before that uses none of it. */
export async function takeOneRequest(
  { rates }: Caller,
  models: readonly string[],
  gateway: Pick<Gateway, 'rates'>,
): Promise<void> {
  const needs = rates
    .filter(({ unit, model }) => unit === 'requests' && (model === null || models.includes(model)))
    .map((rate) => ({ rate: rateFor(rate, undefined), amount: 1 }));
  if (needs.length > 0) await admitRates(needs, gateway.rates);
}
