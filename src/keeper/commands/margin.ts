import { formatUsd, type Nano } from '#core/money/nano.ts';
import type { MarginRow } from '#store/book-store.ts';
import { Arguments } from './arguments.ts';
import { type CommandContext, Refused } from './command.ts';

const dayMs = 86_400_000;
const daysMax = 366;
const daysOtherwise = 30;

type Sum = { requests: number; charge: Nano; cost: Nano };

/** What endpoints brought and cost, by endpoint and by day, the last `days` of them, today included. */
export async function showMargin({ store, now }: CommandContext, given: unknown) {
  const days = new Arguments(given).optionalCount('days', 'of how many days') ?? daysOtherwise;
  if (days < 1 || days > daysMax) throw new Refused(`Say from 1 to ${daysMax} days.`);
  const untilDay = Math.floor(now() / dayMs) + 1;
  const fromDay = untilDay - days;
  const rows = await store.books.margins({ fromDay, untilDay });
  const byDay = addUp(rows, ({ day }) => day);
  return {
    from: dayText(fromDay),
    until: dayText(untilDay - 1),
    total: toJson(rows.reduce(add, nothing())),
    endpoints: [...addUp(rows, ({ endpoint }) => endpoint)]
      .map(([endpoint, sum]) => ({ endpoint, ...toJson(sum) }))
      .toSorted((left, right) => Number(right.charged_usd) - Number(left.charged_usd)),
    days: Array.from({ length: days }, (_, index) => fromDay + index).map((day) => ({
      day: dayText(day),
      ...toJson(byDay.get(day) ?? nothing()),
    })),
  };
}

function addUp<Key>(rows: readonly MarginRow[], keyOf: (row: MarginRow) => Key): ReadonlyMap<Key, Sum> {
  const sums = new Map<Key, Sum>();
  for (const row of rows) sums.set(keyOf(row), add(sums.get(keyOf(row)) ?? nothing(), row));
  return sums;
}

function nothing(): Sum {
  return { requests: 0, charge: 0n, cost: 0n };
}

function add(sum: Sum, { requests, charge, cost }: Sum): Sum {
  return { requests: sum.requests + requests, charge: sum.charge + charge, cost: sum.cost + cost };
}

function toJson({ requests, charge, cost }: Sum) {
  return {
    requests,
    charged_usd: formatUsd(charge),
    cost_usd: formatUsd(cost),
    margin_usd: formatUsd(charge - cost),
    /** Of what was charged; null: nothing was. */
    margin_percent: charge === 0n ? null : (Number(((charge - cost) * 10_000n) / charge) / 100).toFixed(2),
  };
}

function dayText(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}
