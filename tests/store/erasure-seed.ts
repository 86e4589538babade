// Somebody in every column that should go with a person or a workspace, as the inventory has them, and somebody else beside.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { type ErasureTable, erasurePlan } from '#core/privacy/erasure/erasure-plan.ts';
import { type Table, tablesOf } from '#store/copy/table-list.ts';
import { openEngine } from '#store/open-store.ts';
import { openPeopleEngine } from '#store/people/people-store.ts';
import type { Place } from './store-under-test.ts';

export type Seeded = {
  readonly mark: string;
  readonly workspace: string;
  readonly person: string;
  readonly pseudonym: string;
  readonly address: string;
};

/** What is there already, made as the product makes it. */
const madeOtherwise: ReadonlySet<string> = new Set(['main workspace', 'main generation', 'people proof']);

/** A row in each table of the plan; every text of it is marked, every number is 0. */
export async function seedEverywhere(place: Place, seeded: Seeded): Promise<number> {
  const plan = [...erasurePlan('workspace'), ...erasurePlan('person')];
  let rows = 0;
  for (const where of ['main', 'people'] as const) {
    const shapes = await shapesOf(place, where);
    const besides = where === 'main' ? ['inspection'] : [];
    const names = new Set(besides.concat(plan.filter((each) => each.place === where).map(({ table }) => table)));
    const statements = shapes
      .filter(({ name }) => names.has(name) && !madeOtherwise.has(`${where} ${name}`))
      .flatMap((shape) => insertsOf(shape, seeded));
    await unguarded(place, where, statements);
    rows += statements.length;
  }
  return rows;
}

/** How many rows of a plan's tables there are, by table: those that name somebody by this mark, or all. */
export async function countRows(place: Place, mark?: string): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const where of ['main', 'people'] as const) {
    const opened = await openPlace(place, where);
    try {
      for (const { name } of await tablesOf(opened.database, opened.engine)) {
        const rows = await opened.database.all(`select * from "${name}"`);
        const found = rows.filter(
          (row) => mark === undefined || JSON.stringify(Object.values(row).map(String)).includes(mark),
        );
        if (found.length > 0) counts[`${where}:${name}`] = found.length;
      }
    } finally {
      await opened.close();
    }
  }
  return counts;
}

async function openPlace(place: Place, where: ErasureTable['place']) {
  if (where === 'people') {
    const opened = await openPeopleEngine(place);
    return { ...opened, close: () => opened.database.close() };
  }
  const { engine, database, close } = await openEngine(place);
  return { engine, database, close };
}

async function shapesOf(place: Place, where: ErasureTable['place']): Promise<readonly Table[]> {
  const opened = await openPlace(place, where);
  try {
    return await tablesOf(opened.database, opened.engine);
  } finally {
    await opened.close();
  }
}

/** One row; of what names its subject in several ways, one for each. */
function insertsOf(shape: Table, seeded: Seeded): readonly string[] {
  const columns = shape.columns.map((column) => `"${column}"`).join(', ');
  return (variantsOf(seeded)[shape.name] ?? [{}]).map((fixed) => {
    const values = shape.columns.map((column) => {
      if (shape.whole.includes(column)) return '0';
      return `'${fixed[column] ?? textOf(shape.name, column, seeded)}'`;
    });
    return `insert into "${shape.name}" (${columns}) values (${values.join(', ')})`;
  });
}

type Variants = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

function variantsOf({ mark, workspace, person, pseudonym }: Seeded): Variants {
  // What stays of a request is that there was one, and the keyed hash of the mail that brought it.
  const request = { register: 'request', kind: 'delete', country: 'de', outcome: 'answered' };
  return {
    restriction: [
      { kind: 'person', subject: person, workspace: '' },
      { kind: 'workspace', subject: workspace, workspace: '' },
      { kind: 'end-user', subject: `u_${mark}` },
    ],
    privacy_case: [
      { ...request, id: `pc_p_${workspace}`, message: `m_p_${workspace}`, workspace: '', person: pseudonym },
      { ...request, id: `pc_w_${workspace}`, message: `m_w_${workspace}`, person: '' },
    ],
    // That there was a look stays, in ids and closed words; what was seen goes.
    inspection: [inspectionOf(workspace)],
    inspection_capture: [{ inspection: `insp_${workspace}` }],
    privacy_copy_part: [{ copy: `${mark} privacy_copy.id` }],
  };
}

function inspectionOf(workspace: string): Readonly<Record<string, string>> {
  const who = { proposed_by: 'x', confirmed_by: 'y', consented_by: 'z', public_key: '' };
  const words = { reason: 'debug', ticket: '1', consent: 'tell', state: 'destroyed' };
  return { id: `insp_${workspace}`, workspace, ...words, ...who };
}

function textOf(table: string, column: string, { mark, workspace, person, pseudonym, address }: Seeded): string {
  const links: Readonly<Record<string, string>> = {
    ...{ workspace, owner: workspace, person, invited_by: pseudonym, email_hash: address, window: 'all' },
    ...{ key: `key_${mark}`, allowance: `al_${mark}`, rate: `rate_${mark}`, operation: `op_${mark}` },
  };
  const owns: Readonly<Record<string, string>> = {
    ...{ key: `key_${mark}`, allowance: `al_${mark}`, rate: `rate_${mark}`, operation: `op_${mark}`, person },
  };
  if (column === 'id' && owns[table] !== undefined) return owns[table];
  if (column === 'state') return table === 'lease' ? 'closed' : 'ended';
  if (table === 'allowance' && column === 'owner') return 'workspace';
  if (column === 'role') return 'owner';
  if (column === 'use') return 'before';
  if (table === 'upstream_object' && column === 'kind') return 'file';
  if (table === 'own_key' && (column === 'models' || column === 'keys')) return `["${mark}"]`;
  if (table === 'person' && column === 'actor') return pseudonym;
  return links[column] ?? `${mark} ${table}.${column}`;
}

/** Foreign keys, checks and triggers are off: what is tested is that rows go, whatever stands in them. */
async function unguarded(place: Place, where: ErasureTable['place'], statements: readonly string[]): Promise<void> {
  if (place.databaseUrl === undefined) {
    using db = new DatabaseSync(join(place.dataDir, `${where}.db`), {
      enableForeignKeyConstraints: false,
      timeout: 5_000,
    });
    db.exec('pragma ignore_check_constraints = on');
    for (const statement of statements) db.exec(statement);
    return;
  }
  const client = new pg.Client({ connectionString: place.databaseUrl });
  await client.connect();
  try {
    const schema = where === 'main' ? 'fairlead' : 'people';
    await client.query(`set search_path to ${schema}; set session_replication_role = replica`);
    const checks = await client.query(
      `select conrelid::regclass::text as owner, conname as name from pg_constraint
       where contype = 'c' and connamespace = '${schema}'::regnamespace`,
    );
    for (const { owner, name } of checks.rows) await client.query(`alter table ${owner} drop constraint "${name}"`);
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
