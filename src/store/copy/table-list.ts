import type { Engine } from '../migrations/migration.ts';
import { text, whole } from '../sql/read-row.ts';
import type { Row, Sql } from '../sql/sql.ts';

/** A table as the database itself describes it. */
export type Table = {
  readonly name: string;
  readonly columns: readonly string[];
  /** The columns that add up. */
  readonly whole: readonly string[];
  readonly key: readonly string[];
};

/** What a database says of its columns and of what refers to what. */
const questions: Readonly<Record<Engine, { readonly columns: string; readonly references: string }>> = {
  sqlite: {
    columns: `select t.name as owner, c.name as name, c.pk as place, case when lower(c.type) = 'integer' then 1 else 0 end as whole
      from sqlite_schema t join pragma_table_info(t.name) c
      where t.type = 'table' and t.name not like 'sqlite_%' order by t.name, c.cid`,
    references: `select t.name as owner, f."table" as target from sqlite_schema t join pragma_foreign_key_list(t.name) f
      where t.type = 'table'`,
  },
  postgres: {
    columns: `select c.table_name as owner, c.column_name as name, coalesce(k.ordinal_position, 0) as place,
        case when c.data_type = 'bigint' then 1 else 0 end as whole
      from information_schema.columns c
      left join information_schema.table_constraints p
        on p.table_schema = c.table_schema and p.table_name = c.table_name and p.constraint_type = 'PRIMARY KEY'
      left join information_schema.key_column_usage k
        on k.constraint_name = p.constraint_name and k.table_schema = c.table_schema and k.column_name = c.column_name
      where c.table_schema = current_schema() order by c.table_name, c.ordinal_position`,
    references: `select conrelid::regclass::text as owner, confrelid::regclass::text as target from pg_constraint
      where contype = 'f' and connamespace = current_schema()::regnamespace`,
  },
};

/** All tables but the list of migrations, those that others refer to before the others. */
export async function tablesOf(sql: Sql, engine: Engine): Promise<readonly Table[]> {
  const rows = await sql.all(questions[engine].columns);
  const references = await sql.all(questions[engine].references);
  const names = [...new Set(rows.map((row) => text(row, 'owner')))].filter((name) => name !== 'migration');
  const tables = names.map((name) =>
    toTable(
      name,
      rows.filter((row) => row.owner === name),
    ),
  );
  return inOrder(tables, references);
}

function toTable(name: string, rows: readonly Row[]): Table {
  const keyed = rows.filter((row) => whole(row, 'place') > 0);
  const key = keyed.toSorted((a, b) => whole(a, 'place') - whole(b, 'place')).map((row) => text(row, 'name'));
  if (key.length === 0) throw new Error(`the table ${name} has no key`);
  return {
    name,
    columns: rows.map((row) => text(row, 'name')),
    whole: rows.filter((row) => whole(row, 'whole') === 1).map((row) => text(row, 'name')),
    key,
  };
}

function inOrder(tables: readonly Table[], references: readonly Row[]): readonly Table[] {
  const ordered: Table[] = [];
  const rest = new Set(tables);
  while (rest.size > 0) {
    const waiting = new Set([...rest].map(({ name }) => name));
    const next = [...rest].filter(({ name }) =>
      references.every((row) => row.owner !== name || row.target === name || !waiting.has(text(row, 'target'))),
    );
    if (next.length === 0) throw new Error('tables refer to each other in a circle');
    for (const table of next) {
      ordered.push(table);
      rest.delete(table);
    }
  }
  return ordered;
}
