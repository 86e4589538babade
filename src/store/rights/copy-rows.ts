import { text, textOrNull, whole, word } from '../sql/read-row.ts';
import type { Database, Row, Sql } from '../sql/sql.ts';
import { type CopyEnd, type CopyRow, copyStates, type NewCopy } from './rights-store.ts';

const columns = 'id, person, privacy_case, state, seal_key, bytes, parts, hash, created_at, changed_at, expires_at';

/** Of two that ask at once one gets it: the person's earlier copies are looked at in the same transaction. */
export async function addCopy(sql: Sql, copy: NewCopy, againMs: number): Promise<CopyRow | undefined> {
  const { id, person, privacyCase, sealKey, createdAt, expiresAt } = copy;
  const added = await sql.run(
    `insert into privacy_copy (id, person, privacy_case, state, seal_key, created_at, changed_at, expires_at)
     select :id, :person, :privacyCase, 'making', :sealKey, :createdAt, :createdAt, :expiresAt
     where not exists (select 1 from privacy_copy where person = :person and created_at > :since and state <> 'failed')`,
    { id, person, privacyCase, sealKey, createdAt, expiresAt, since: createdAt - againMs },
  );
  return added === 1 ? await findCopy(sql, id) : undefined;
}

export async function addCopyPart(
  sql: Sql,
  copy: string,
  { place, sealed, now }: { readonly place: number; readonly sealed: string; readonly now: number },
): Promise<void> {
  await sql.run('insert into privacy_copy_part (copy, place, sealed) values (:copy, :place, :sealed)', {
    copy,
    place,
    sealed,
  });
  await sql.run(`update privacy_copy set parts = parts + 1, changed_at = :now where id = :copy and state = 'making'`, {
    copy,
    now,
  });
}

/** One that failed keeps none of its parts. */
export async function endCopyRow(sql: Sql, id: string, end: CopyEnd): Promise<void> {
  const { state, now } = end;
  const [bytes, hash] = end.state === 'ready' ? [end.bytes, end.hash] : [0, null];
  if (state === 'failed') await sql.run('delete from privacy_copy_part where copy = :id', { id });
  await sql.run(
    `update privacy_copy set state = :state, bytes = :bytes, hash = :hash, changed_at = :now where id = :id and state = 'making'`,
    { id, state, bytes, hash, now },
  );
}

export async function copiesOf(sql: Sql, person: string): Promise<readonly CopyRow[]> {
  const rows = await sql.all(
    `select ${columns} from privacy_copy where person = :person order by created_at desc, id desc limit 50`,
    { person },
  );
  return rows.map(toCopy);
}

export async function findCopy(sql: Sql, id: string): Promise<CopyRow | undefined> {
  const row = await sql.one(`select ${columns} from privacy_copy where id = :id`, { id });
  return row && toCopy(row);
}

export async function partOf(sql: Sql, copy: string, place: number): Promise<string | undefined> {
  const row = await sql.one('select sealed from privacy_copy_part where copy = :copy and place = :place', {
    copy,
    place,
  });
  return row && text(row, 'sealed');
}

/** Copies that are over, and those that nobody went on with, go whole; one a transaction. */
export async function dropOldCopies(
  db: Database,
  now: number,
  addEvidence: (sql: Sql, copy: CopyRow) => Promise<void>,
): Promise<number> {
  const rows = await db.all(
    `select ${columns} from privacy_copy where expires_at <= :now or (state = 'making' and changed_at < :lost)
     order by created_at limit ${dropsMax}`,
    { now, lost: now - makingMs },
  );
  for (const copy of rows.map(toCopy)) {
    await db.transaction(async (sql) => {
      await sql.run('delete from privacy_copy_part where copy = :id', { id: copy.id });
      await sql.run('delete from privacy_copy where id = :id', { id: copy.id });
      await addEvidence(sql, copy);
    });
  }
  return rows.length;
}

/** Whoever makes a copy adds a part more often than this. */
const makingMs = 600_000;
const dropsMax = 100;

function toCopy(row: Row): CopyRow {
  return {
    ...{ id: text(row, 'id'), person: text(row, 'person'), privacyCase: text(row, 'privacy_case') },
    ...{ state: word(row, 'state', copyStates), sealKey: text(row, 'seal_key') },
    ...{ bytes: whole(row, 'bytes'), parts: whole(row, 'parts'), hash: textOrNull(row, 'hash') },
    createdAt: whole(row, 'created_at'),
    changedAt: whole(row, 'changed_at'),
    expiresAt: whole(row, 'expires_at'),
  };
}
