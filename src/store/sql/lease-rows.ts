import { amount, flag, text, whole, word } from './read-row.ts';
import { must, type Row, type Sql } from './sql.ts';
import type { WindowId } from './window-rows.ts';

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

export async function findLeases(sql: Sql, ids: readonly string[]): Promise<ReadonlyMap<string, LeaseRow>> {
  if (ids.length === 0) return new Map();
  const rows = await sql.all(`select ${columns} from lease where id in (:ids*)`, { ids });
  return new Map(rows.map((row) => [text(row, 'id'), toLeaseRow(row)]));
}

export async function openLeasesOf(sql: Sql, instance: string): Promise<readonly LeaseRow[]> {
  const rows = await sql.all(`select ${columns} from lease where instance = :instance and state = 'open'`, {
    instance,
  });
  return rows.map(toLeaseRow);
}

export async function addLease(
  sql: Sql,
  { id, instance, allowance, window, granted }: Pick<LeaseRow, 'id' | 'instance' | 'allowance' | 'window' | 'granted'>,
): Promise<void> {
  await sql.run(
    `insert into lease (id, instance, allowance, "window", granted) values (:id, :instance, :allowance, :window, :granted)`,
    { id, instance, allowance, window, granted },
  );
}

/** A lease that its own gateway had handed back whole opens again: nothing of it is out. */
export async function extendLease(sql: Sql, { id, granted }: LeaseRow, give: bigint): Promise<void> {
  const changes = await sql.run(
    `update lease set granted = granted + :give, done = 0, state = 'open' where id = :id and granted = :granted`,
    { id, granted, give },
  );
  must(changes, 'a lease changed while it was extended');
}

export async function shrinkLease(
  sql: Sql,
  { id, granted }: LeaseRow,
  to: Pick<LeaseRow, 'granted' | 'done' | 'state'>,
): Promise<void> {
  const changes = await sql.run(
    `update lease set granted = :less, done = :done, state = :state
     where id = :id and state = 'open' and granted = :granted and posted <= :less`,
    { id, granted, less: to.granted, done: to.done ? 1 : 0, state: to.state },
  );
  must(changes, 'a lease changed while it was given back');
}

/** I3, in the statement itself. What was handed back and is now posted whole closes. */
export async function postToLease(sql: Sql, id: string, posted: bigint): Promise<void> {
  const changes = await sql.run(
    `update lease set posted = posted + :posted,
       state = case when done = 1 and posted + :posted = granted then 'closed' else state end
     where id = :id and state = 'open' and posted + :posted <= granted`,
    { id, posted },
  );
  must(changes, 'more is posted than was granted');
}

export async function closeLease(sql: Sql, id: string): Promise<void> {
  const changes = await sql.run(
    `update lease set granted = posted, state = 'closed' where id = :id and state = 'open'`,
    { id },
  );
  must(changes, 'a lease was closed twice');
}

/** How many living instances hold a part of it, beside this one. */
export async function countOtherHolders(sql: Sql, { allowance, window }: WindowId, instance: string): Promise<number> {
  const row = await sql.one(
    `select count(distinct lease.instance) as holders
     from lease join instance on instance.id = lease.instance
     where lease.allowance = :allowance and lease."window" = :window and lease.state = 'open'
       and instance.state = 'alive' and instance.id <> :instance`,
    { allowance, window, instance },
  );
  return whole(row ?? {}, 'holders');
}

export async function findOtherHolders(
  sql: Sql,
  { allowance, window }: WindowId,
  instance: string,
): Promise<readonly string[]> {
  const rows = await sql.all(
    `select distinct lease.instance
     from lease join instance on instance.id = lease.instance
     where lease.allowance = :allowance and lease."window" = :window and lease.state = 'open'
       and lease.granted > lease.posted and instance.state = 'alive' and instance.id <> :instance`,
    { allowance, window, instance },
  );
  return rows.map((row) => text(row, 'instance'));
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
