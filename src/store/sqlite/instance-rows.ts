import type { DatabaseSync } from 'node:sqlite';
import type { InstanceRow } from '../store.ts';
import { type Row, text, whole, word } from './read-row.ts';

const states = ['alive', 'fenced', 'recovered', 'forgotten', 'left'] as const satisfies readonly InstanceRow['state'][];

export function makeInstanceRows(db: DatabaseSync) {
  const keepAlive = db.prepare(
    `insert into instance (id, alive_until, state) values (:id, :alive_until, 'alive')
     on conflict (id) do update set alive_until = excluded.alive_until where instance.state = 'alive'`,
  );
  const find = db.prepare('select id, alive_until, state from instance where id = :id');
  const open = db.prepare(`select id, alive_until, state from instance where state in ('alive', 'fenced') order by id`);
  const fence = db.prepare(`update instance set state = 'fenced' where id = :id and state = 'alive'`);
  const close = db.prepare(`update instance set state = :state where id = :id and state in ('alive', 'fenced')`);
  return {
    keepAlive(id: string, aliveUntil: number): boolean {
      return Number(keepAlive.run({ id, alive_until: aliveUntil }).changes) === 1;
    },
    find(id: string): InstanceRow | undefined {
      const row = find.get({ id });
      return row && toInstanceRow(row);
    },
    open(): readonly InstanceRow[] {
      return open.all().map(toInstanceRow);
    },
    fence(id: string): void {
      fence.run({ id });
    },
    close(id: string, state: 'recovered' | 'forgotten' | 'left'): boolean {
      return Number(close.run({ id, state }).changes) === 1;
    },
  };
}

function toInstanceRow(row: Row): InstanceRow {
  return { id: text(row, 'id'), aliveUntil: whole(row, 'alive_until'), state: word(row, 'state', states) };
}
