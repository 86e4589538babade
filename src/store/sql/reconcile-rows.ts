import type { BillLine } from '#core/money/provider-bill.ts';
import type { BilledRow, CostRow, Unresolved } from '../book-store.ts';
import { amount, text, whole, wholeOrNull } from './read-row.ts';
import type { Sql } from './sql.ts';

const dayMs = 86_400_000;

/** What has not come to its end: money that silent gateways hold, clearing accounts and holds that are not empty. */
export async function unresolved(sql: Sql): Promise<readonly Unresolved[]> {
  const leases = await sql.one(
    `select count(*) as count, coalesce(sum(lease.granted - lease.posted), 0) as amount,
       coalesce(min(instance.alive_until), 0) as since
     from lease join instance on instance.id = lease.instance
     join allowance on allowance.id = lease.allowance and allowance.unit = 'nano-usd'
     where lease.state = 'open' and instance.state = 'fenced'`,
  );
  const accounts = await sql.all(
    `select account.id, account.balance,
       coalesce((select max(transfer.at) from entry join transfer on transfer.id = entry.transfer
         where entry.account = account.id), 0) as moved_at
     from account where account.kind in ('clearing', 'hold', 'fx') and account.balance <> 0 order by account.id`,
  );
  const silent = {
    what: 'silent-gateways',
    amount: amount(leases ?? {}, 'amount'),
    since: whole(leases ?? {}, 'since'),
  };
  return [
    ...(whole(leases ?? {}, 'count') > 0 ? [silent] : []),
    ...accounts.map((row) => ({
      what: text(row, 'id'),
      amount: amount(row, 'balance'),
      since: whole(row, 'moved_at'),
    })),
  ];
}

export async function keepReconciliation(
  sql: Sql,
  kept: { readonly day: number; readonly at: number; readonly ok: boolean; readonly report: string },
): Promise<void> {
  await sql.run(
    `insert into reconciliation (day, at, ok, report) values (:day, :at, :ok, :report)
     on conflict (day) do update set at = excluded.at, ok = excluded.ok, report = excluded.report`,
    { ...kept, ok: kept.ok ? 1 : 0 },
  );
}

export async function lastReconciliation(sql: Sql) {
  const row = await sql.one('select day, at, ok, report from reconciliation order by day desc limit 1');
  if (!row) return undefined;
  return { day: whole(row, 'day'), at: whole(row, 'at'), ok: whole(row, 'ok') === 1, report: text(row, 'report') };
}

const bills = {
  table: 'provider_bill',
  columns: ['upstream', 'day', 'model', 'amount', 'input', 'output', 'imported_at'],
  otherwise: `on conflict (upstream, day, model) do update set amount = coalesce(excluded.amount, provider_bill.amount),
    input = coalesce(excluded.input, provider_bill.input), output = coalesce(excluded.output, provider_bill.output),
    imported_at = excluded.imported_at`,
} as const;

/** What a later file says of a day and a model takes the place of what an earlier one said. */
export async function keepBill(
  sql: Sql,
  { upstream, lines, now }: { readonly upstream: string; readonly lines: readonly BillLine[]; readonly now: number },
): Promise<void> {
  for (let from = 0; from < lines.length; from += 500) {
    const rows = lines.slice(from, from + 500).map(({ day, model, amount: cost, input, output }) => {
      return {
        upstream,
        day,
        model,
        amount: cost ?? null,
        input: input ?? null,
        output: output ?? null,
        imported_at: now,
      };
    });
    await sql.insert(bills, rows);
  }
}

export async function billedBy(
  sql: Sql,
  { upstream, fromDay, untilDay }: { readonly upstream: string; readonly fromDay: number; readonly untilDay: number },
): Promise<readonly BilledRow[]> {
  const rows = await sql.all(
    `select day, model, amount, input, output from provider_bill
     where upstream = :upstream and day >= :fromDay and day < :untilDay order by day, model`,
    { upstream, fromDay, untilDay },
  );
  return rows.map((row) => ({
    day: whole(row, 'day'),
    model: text(row, 'model'),
    amount: row.amount === null ? undefined : amount(row, 'amount'),
    input: wholeOrNull(row, 'input') ?? undefined,
    output: wholeOrNull(row, 'output') ?? undefined,
  }));
}

/** What we say we owe for the endpoints of one upstream, by day, as far back as the usage log goes. An endpoint's id ends with `@` and its upstream. */
export async function costsOf(
  sql: Sql,
  { upstream, fromDay, untilDay }: { readonly upstream: string; readonly fromDay: number; readonly untilDay: number },
): Promise<readonly CostRow[]> {
  const rows = await sql.all(
    `select generation.ended_at / ${dayMs} as day, generation.endpoint, count(*) as requests,
       sum(generation.input + generation.cached_input + generation.cache_write_5m + generation.cache_write_1h) as input,
       sum(generation.output) as output, sum(settlement.cost) as cost
     from generation join settlement on settlement.generation = generation.id
     where generation.ended_at >= :from and generation.ended_at < :until and generation.endpoint like :suffix escape '!'
     group by generation.ended_at / ${dayMs}, generation.endpoint
     order by generation.ended_at / ${dayMs}, generation.endpoint`,
    { from: fromDay * dayMs, until: untilDay * dayMs, suffix: `%@${upstream.replace(/[!%_]/g, '!$&')}` },
  );
  return rows.map((row) => ({
    day: whole(row, 'day'),
    endpoint: text(row, 'endpoint'),
    requests: whole(row, 'requests'),
    input: whole(row, 'input'),
    output: whole(row, 'output'),
    cost: amount(row, 'cost'),
  }));
}
