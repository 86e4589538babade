import type { MarkupRule } from '#core/money/markup.ts';
import { announce } from './change-store.ts';
import { amount, text } from './read-row.ts';
import type { Sql } from './sql.ts';

type Whom = Omit<MarkupRule, 'markup'>;

export async function markupRules(sql: Sql): Promise<readonly MarkupRule[]> {
  const rows = await sql.all(
    'select model, seller, workspace, millionths from markup_rule order by workspace, model, seller',
  );
  return rows.map((row) => {
    const said = (column: string) => text(row, column) || undefined;
    return {
      markup: amount(row, 'millionths'),
      model: said('model'),
      seller: said('seller'),
      workspace: said('workspace'),
    };
  });
}

/** Gateways get the prices that follow from it at once. */
export async function setMarkup(sql: Sql, { markup, ...whom }: MarkupRule, now: number): Promise<void> {
  await sql.run(
    `insert into markup_rule (model, seller, workspace, millionths, changed_at)
     values (:model, :seller, :workspace, :millionths, :now)
     on conflict (model, seller, workspace)
       do update set millionths = excluded.millionths, changed_at = excluded.changed_at`,
    { ...toColumns(whom), millionths: markup, now },
  );
  await announce(sql, 'catalogue', 'markup', now);
}

export async function removeMarkup(sql: Sql, whom: Whom, now: number): Promise<boolean> {
  const changes = await sql.run(
    'delete from markup_rule where model = :model and seller = :seller and workspace = :workspace',
    toColumns(whom),
  );
  if (changes === 1) await announce(sql, 'catalogue', 'markup', now);
  return changes === 1;
}

function toColumns({ model = '', seller = '', workspace = '' }: Whom) {
  return { model, seller, workspace };
}
