import type { InstanceRow } from '../store.ts';
import { text, whole, word } from './read-row.ts';
import type { Row, Sql } from './sql.ts';

const states = ['alive', 'fenced', 'recovered', 'forgotten', 'left'] as const satisfies readonly InstanceRow['state'][];

/** False: it was fenced or closed before. */
export async function keepAlive(sql: Sql, id: string, aliveUntil: number): Promise<boolean> {
  const changes = await sql.run(
    `insert into instance (id, alive_until, state) values (:id, :aliveUntil, 'alive')
     on conflict (id) do update set alive_until = excluded.alive_until where instance.state = 'alive'`,
    { id, aliveUntil },
  );
  return changes === 1;
}

/** Stays alive until the commit: nobody closes its leases before the new one is there. */
export async function isAlive(sql: Sql, id: string): Promise<boolean> {
  const row = await sql.one(`select id from instance where id = :id and state = 'alive' ${sql.forShare}`, { id });
  return row !== undefined;
}

export async function openInstances(sql: Sql): Promise<readonly InstanceRow[]> {
  const rows = await sql.all(
    `select id, alive_until, state from instance where state in ('alive', 'fenced') order by id`,
  );
  return rows.map(toInstanceRow);
}

/** False: it renewed in between, or was fenced before. */
export async function fenceInstance(sql: Sql, id: string, now: number): Promise<boolean> {
  const changes = await sql.run(
    `update instance set state = 'fenced' where id = :id and state = 'alive' and alive_until < :now`,
    { id, now },
  );
  return changes === 1;
}

export async function closeInstance(sql: Sql, id: string, state: 'recovered' | 'forgotten' | 'left'): Promise<boolean> {
  const changes = await sql.run(`update instance set state = :state where id = :id and state in ('alive', 'fenced')`, {
    id,
    state,
  });
  return changes === 1;
}

function toInstanceRow(row: Row): InstanceRow {
  return { id: text(row, 'id'), aliveUntil: whole(row, 'alive_until'), state: word(row, 'state', states) };
}
