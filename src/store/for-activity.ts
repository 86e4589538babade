import type { Activity } from '#core/privacy/activities.ts';
import { columnInventory } from '#core/privacy/column-inventory.ts';
import type { Database, Sql } from './sql/sql.ts';

/** Statements of a part of the store are few; more than this are made of parts, and judged anew. */
const knownMax = 2_000;

/**
 * The database as a part of the store sees it: each statement says in a comment what it is for, and one that is for learning
 * from aggregates is not done at all when it touches a table that says something about anybody.
 */
export function forActivity(database: Database, activity: Activity): Database {
  const known = new Map<string, string>();
  const told = (statement: string): string => {
    const found = known.get(statement);
    if (found !== undefined) return found;
    refuseSubjects(activity, statement);
    if (known.size >= knownMax) known.clear();
    const text = `/* ${activity} */ ${statement}`;
    known.set(statement, text);
    return text;
  };
  const over = (sql: Sql): Sql => ({
    all: (statement, values) => sql.all(told(statement), values),
    one: (statement, values) => sql.one(told(statement), values),
    run: (statement, values) => sql.run(told(statement), values),
    insert: (into, rows) => {
      refuseSubjects(activity, `insert into ${into.table}`);
      return sql.insert(into, rows);
    },
    forUpdate: sql.forUpdate,
    forShare: sql.forShare,
    hintChange: () => sql.hintChange(),
  });
  return {
    ...over(database),
    transaction: (work) => database.transaction((sql) => work(over(sql))),
    snapshot: (work) => database.snapshot((sql) => work(over(sql))),
    close: () => database.close(),
  };
}

const tablePattern = /\b(?:from|join|into|update)\s+"?([a-z_]+)"?/gi;

/** Of what is learnt nothing may be about a workspace, a key or a person. */
function refuseSubjects(activity: Activity, statement: string): void {
  if (activity !== 'improve') return;
  for (const [, table = ''] of statement.matchAll(tablePattern)) {
    const columns = Object.values(columnInventory[table] ?? {});
    if (columns.every(({ subject }) => subject === 'none' || subject === 'operator')) continue;
    throw new Error(`what is for learning may not read or write the table ${table}`);
  }
}
