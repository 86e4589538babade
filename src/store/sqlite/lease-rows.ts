import type { DatabaseSync } from 'node:sqlite';
import { amount, flag, type Row, text, whole, word } from './read-row.ts';
import { must } from './window-rows.ts';

export type LeaseRow = {
  readonly id: string;
  readonly instance: string;
  readonly allowance: string;
  readonly window: string;
  readonly granted: bigint;
  readonly posted: bigint;
  /** To be closed as soon as all of it is posted. */
  readonly done: boolean;
  readonly state: 'open' | 'closed';
};

const columns = 'id, instance, allowance, "window", granted, posted, done, state';

export function makeLeaseRows(db: DatabaseSync) {
  const find = db.prepare(`select ${columns} from lease where id = :id`);
  const openOf = db.prepare(`select ${columns} from lease where instance = :instance and state = 'open'`);
  const add = db.prepare(
    `insert into lease (id, instance, allowance, "window", granted) values (:id, :instance, :allowance, :window, :granted)`,
  );
  // A lease that its own gateway had handed back whole opens again: nothing of it is out.
  const extend = db.prepare(
    `update lease set granted = granted + :give, done = 0, state = 'open' where id = :id and granted = :granted`,
  );
  const shrink = db.prepare(
    `update lease set granted = :less, done = :done, state = :state
     where id = :id and state = 'open' and granted = :granted and posted <= :less`,
  );
  // I3, in the statement itself. What was handed back and is now posted whole closes.
  const post = db.prepare(
    `update lease set posted = posted + :posted,
       state = case when done = 1 and posted + :posted = granted then 'closed' else state end
     where id = :id and state = 'open' and posted + :posted <= granted`,
  );
  const close = db.prepare(`update lease set granted = posted, state = 'closed' where id = :id and state = 'open'`);
  const holders = db.prepare(
    `select count(distinct lease.instance) as holders
     from lease join instance on instance.id = lease.instance
     where lease.allowance = :allowance and lease."window" = :window and lease.state = 'open'
       and instance.state = 'alive' and instance.id <> :instance`,
  );
  for (const statement of [find, openOf]) statement.setReadBigInts(true);
  return {
    find(id: string): LeaseRow | undefined {
      const row = find.get({ id });
      return row && toLeaseRow(row);
    },
    openOf(instance: string): readonly LeaseRow[] {
      return openOf.all({ instance }).map(toLeaseRow);
    },
    add(lease: Pick<LeaseRow, 'id' | 'instance' | 'allowance' | 'window' | 'granted'>): void {
      add.run(lease);
    },
    extend(lease: LeaseRow, give: bigint): void {
      must(extend.run({ id: lease.id, granted: lease.granted, give }).changes, 'a lease changed while it was extended');
    },
    shrink(lease: LeaseRow, to: Pick<LeaseRow, 'granted' | 'done' | 'state'>): void {
      const done = to.done ? 1 : 0;
      const { changes } = shrink.run({ id: lease.id, granted: lease.granted, less: to.granted, done, state: to.state });
      must(changes, 'a lease changed while it was given back');
    },
    post(id: string, posted: bigint): void {
      must(post.run({ id, posted }).changes, 'more is posted than was granted');
    },
    close(id: string): void {
      must(close.run({ id }).changes, 'a lease was closed twice');
    },
    /** How many living instances hold a part of it, beside this one. */
    otherHolders(allowance: string, window: string, instance: string): number {
      return whole(holders.get({ allowance, window, instance }) ?? {}, 'holders');
    },
  };
}

function toLeaseRow(row: Row): LeaseRow {
  return {
    id: text(row, 'id'),
    instance: text(row, 'instance'),
    allowance: text(row, 'allowance'),
    window: text(row, 'window'),
    granted: amount(row, 'granted'),
    posted: amount(row, 'posted'),
    done: flag(row, 'done'),
    state: word(row, 'state', ['open', 'closed']),
  };
}
