import { inputOf, noUsage } from '#core/generation/usage.ts';
import { charge as costOf } from '#core/money/charge.ts';
import { formatUsd, maxNano } from '#core/money/nano.ts';
import type { Bill } from '#core/protocol/reply-form.ts';
import type { Metered } from './meter.ts';

/** What a caller is told of the money. The parts make the whole: what rounding leaves is counted to the output. */
export function billOf({ usage, charge, price, upstreamCost }: Metered): Bill {
  // The parts are those of what the provider asks, whoever pays it.
  const paid = upstreamCost ?? charge;
  const input = costOf(inputOf(usage), price);
  const inputCost = paid === 0n || usage === noUsage ? 0n : input < paid ? input : paid;
  return {
    cost: shortUsd(charge),
    upstreamCost: upstreamCost === undefined ? undefined : shortUsd(upstreamCost),
    inputCost: shortUsd(inputCost),
    outputCost: shortUsd(maxNano(0n, paid - inputCost)),
  };
}

/** A JSON number: nine places without the zeros at their end. */
function shortUsd(amount: bigint): string {
  return formatUsd(amount).replace(/\.?0+$/, '') || '0';
}
