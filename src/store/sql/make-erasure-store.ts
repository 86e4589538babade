import { tablesOf } from '../copy/table-list.ts';
import {
  type ErasureRow,
  type ErasureStepRow,
  type ErasureStore,
  erasureStates,
  type NewErasure,
} from '../erasure-store.ts';
import type { Engine } from '../migrations/migration.ts';
import type { NewId } from '../new-id.ts';
import { announce } from './change-store.ts';
import { closeWallet, leftoverOf } from './close-wallet.ts';
import { countLeft, eraseSome } from './erase-rows.ts';
import { heldOf, isHeld, keptOf, objectsDue, soleOwnerOf } from './erasure-looks.ts';
import { flag, text, textOrNull, whole, wholeOrNull, word } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';
import { addTombstones, keyCopies, tombstones } from './tombstone-rows.ts';

export function makeErasureStore(
  db: Database,
  { engine, newId, scrub }: { readonly engine: Engine; readonly newId: NewId; readonly scrub: () => Promise<boolean> },
): ErasureStore {
  let shapes: ReturnType<typeof tablesOf> | undefined;
  const shapeOf = async (name: string) => {
    shapes ??= tablesOf(db, engine);
    const shape = (await shapes).find((table) => table.name === name);
    if (!shape) throw new Error(`there is no table ${name}`);
    return shape;
  };
  return {
    ...sagaRows(db, newId),
    async erase({ erasure, place, table, ids, max, now }) {
      const shape = await shapeOf(table.table);
      return await db.transaction(async (sql) => {
        const rows = await eraseSome(sql, { table, ids, now }, shape, max);
        await countRows(sql, { erasure, place, rows });
        return rows;
      });
    },
    countRows: (step) => countRows(db, step),
    async tableOrder() {
      shapes ??= tablesOf(db, engine);
      return (await shapes).map(({ name }) => name);
    },
    left: (table, ids, now) => countLeft(db, { table, ids, now }),
    heldOf: (workspace) => heldOf(db, workspace),
    closeWallet: (ask) =>
      db.transaction(async (sql) => {
        const closed = await closeWallet(sql, ask, newId);
        await announce(sql, 'workspace', ask.workspace, ask.now);
        return closed;
      }),
    leftoverOf: (workspace) => db.transaction((sql) => leftoverOf(sql, workspace)),
    keptOf: (workspace) => keptOf(db, workspace),
    soleOwnerOf: (person) => soleOwnerOf(db, person),
    objectsDue: (max) => objectsDue(db, max),
    isHeld: (workspace) => isHeld(db, workspace),
    tombstones: () => tombstones(db),
    addTombstones: (stones) => addTombstones(db, stones),
    async livingWorkspaces() {
      const rows = await db.all('select id from workspace where erased_at is null order by id');
      return rows.map((row) => text(row, 'id'));
    },
    keyCopies: () => keyCopies(db),
    addKeyCopy: async (path, now) =>
      void (await db.run(
        'insert into key_copy (path, at) values (:path, :now) on conflict (path) do update set at = excluded.at',
        { path, now },
      )),
    removeKeyCopy: async (path) => void (await db.run('delete from key_copy where path = :path', { path })),
    scrub,
  };
}

async function countRows(sql: Sql, step: { erasure: string; place: number; rows: number }): Promise<void> {
  await sql.run('update erasure_step set rows = rows + :rows where erasure = :erasure and place = :place', step);
}

type SagaRows = Pick<
  ErasureStore,
  | 'open'
  | 'find'
  | 'openOf'
  | 'childrenOf'
  | 'list'
  | 'cancel'
  | 'due'
  | 'begin'
  | 'steps'
  | 'stepDone'
  | 'stepVerified'
  | 'stepAgain'
  | 'waits'
  | 'told'
  | 'addFacts'
  | 'unname'
  | 'finish'
  | 'forget'
>;

function sagaRows(db: Database, newId: NewId): SagaRows {
  const all = async (rest: string, values: Readonly<Record<string, string | number>>) =>
    (await db.all(`select * from erasure ${rest}`, values)).map(toErasure);
  return {
    open: (given) => db.transaction((sql) => openErasure(sql, newId('era'), given)),
    find: async (id) => (await all('where id = :id', { id }))[0],
    openOf: async (kind, subject) =>
      (
        await all(`where kind = :kind and subject = :subject and state in ('pending', 'purging')`, { kind, subject })
      )[0],
    childrenOf: (id) => all('where parent = :id order by id', { id }),
    list: (max) => all('order by asked_at desc, id desc limit :max', { max }),
    cancel: (id, now) => db.transaction((sql) => cancelErasure(sql, id, now)),
    due: (now, max) =>
      all(
        `where state = 'purging' or (state = 'pending' and purge_at <= :now)
         order by purge_at, case when parent is null then 1 else 0 end, id limit :max`,
        { now, max },
      ),
    begin: (id, steps) => db.transaction((sql) => beginErasure(sql, id, steps)),
    async steps(id) {
      const rows = await db.all('select * from erasure_step where erasure = :id order by place', { id });
      return rows.map(toStep);
    },
    stepDone: async ({ erasure, place, rows = 0 }, now) =>
      void (await db.run(
        `update erasure_step set rows = rows + :rows, done_at = :now
         where erasure = :erasure and place = :place and done_at is null`,
        { erasure, place, rows, now },
      )),
    stepVerified: async ({ erasure, place }, now) =>
      void (await db.run('update erasure_step set verified_at = :now where erasure = :erasure and place = :place', {
        ...{ erasure, place, now },
      })),
    stepAgain: async (step) =>
      void (await db.run(
        'update erasure_step set done_at = null, verified_at = null where erasure = :erasure and name = :name',
        step,
      )),
    waits: async (id, why) => void (await db.run('update erasure set waits = :why where id = :id', { id, why })),
    told: async (id) => void (await db.run('update erasure set told = 1 where id = :id', { id })),
    addFacts: (id, facts) =>
      db.transaction(async (sql) => {
        const row = await sql.one(`select facts from erasure where id = :id ${sql.forUpdate}`, { id });
        if (!row) return;
        const joined = JSON.stringify({ ...JSON.parse(text(row, 'facts')), ...facts });
        await sql.run('update erasure set facts = :joined where id = :id', { id, joined });
      }),
    unname: (id, receipt) =>
      db.transaction(async (sql) => {
        // What it asked for before, and took back, named it too.
        await sql.run(
          `update erasure set subject = id where state = 'cancelled'
             and exists (select 1 from erasure now where now.id = :id and now.kind = erasure.kind and now.subject = erasure.subject)`,
          { id },
        );
        await sql.run(
          `update erasure set receipt = :receipt, address = null, subject = id where id = :id and state = 'purging'`,
          { id, receipt },
        );
      }),
    finish: async (id, now) =>
      void (await db.run(
        `update erasure set state = 'done', ended_at = :now, waits = null where id = :id and state = 'purging'`,
        { id, now },
      )),
    forget: (before) =>
      db.transaction(async (sql) => {
        const over = `select id from erasure where ended_at < :before`;
        await sql.run(`delete from erasure_step where erasure in (${over})`, { before });
        await sql.run('delete from erasure where ended_at < :before', { before });
      }),
  };
}

async function openErasure(sql: Sql, id: string, given: NewErasure): Promise<ErasureRow | undefined> {
  const { kind, subject, pseudonym, address, askedBy, parent, askedAt, purgeAt, dueAt, facts } = given;
  const added = await sql.run(
    `insert into erasure (id, kind, subject, pseudonym, address, asked_by, parent, state, asked_at, purge_at, due_at, facts)
     values (:id, :kind, :subject, :pseudonym, :address, :askedBy, :parent, 'pending', :askedAt, :purgeAt, :dueAt, :facts)
     on conflict (kind, subject) where state in ('pending', 'purging') do nothing`,
    { id, kind, subject, pseudonym, address, askedBy, parent, askedAt, purgeAt, dueAt, facts: JSON.stringify(facts) },
  );
  if (added === 0) return undefined;
  if (kind === 'workspace') await close(sql, subject, askedAt, askedAt);
  return { ...given, id, state: 'pending', endedAt: null, waits: null, told: false, receipt: null };
}

/** Its keys do nothing while it closes. */
async function close(sql: Sql, workspace: string, closingAt: number | null, now: number): Promise<void> {
  await sql.run('update workspace set closing_at = :closingAt where id = :workspace', { workspace, closingAt });
  await announce(sql, 'workspace', workspace, now);
}

async function cancelErasure(sql: Sql, id: string, now: number): Promise<boolean> {
  const rows = await sql.all(
    `update erasure set state = 'cancelled', ended_at = :now, address = null
     where (id = :id or parent = :id) and state = 'pending' and purge_at > :now returning id, kind, subject`,
    { id, now },
  );
  for (const row of rows) if (row.kind === 'workspace') await close(sql, text(row, 'subject'), null, now);
  return rows.some((row) => row.id === id);
}

async function beginErasure(sql: Sql, id: string, steps: readonly string[]): Promise<void> {
  const begun = await sql.run(`update erasure set state = 'purging' where id = :id and state = 'pending'`, { id });
  if (begun === 0) return;
  for (const [place, name] of steps.entries()) {
    await sql.run('insert into erasure_step (erasure, place, name) values (:id, :place, :name)', { id, place, name });
  }
}

function toErasure(row: Row): ErasureRow {
  return {
    id: text(row, 'id'),
    kind: word(row, 'kind', ['person', 'workspace'] as const),
    subject: text(row, 'subject'),
    pseudonym: text(row, 'pseudonym'),
    address: textOrNull(row, 'address') ?? '',
    askedBy: text(row, 'asked_by'),
    parent: textOrNull(row, 'parent'),
    state: word(row, 'state', erasureStates),
    askedAt: whole(row, 'asked_at'),
    purgeAt: whole(row, 'purge_at'),
    dueAt: whole(row, 'due_at'),
    endedAt: wholeOrNull(row, 'ended_at'),
    waits: textOrNull(row, 'waits'),
    told: flag(row, 'told'),
    // A parser: `open` and `addFacts` wrote it.
    facts: JSON.parse(text(row, 'facts')) as Record<string, string>,
    receipt: textOrNull(row, 'receipt'),
  };
}

function toStep(row: Row): ErasureStepRow {
  return {
    place: whole(row, 'place'),
    name: text(row, 'name'),
    rows: whole(row, 'rows'),
    doneAt: wholeOrNull(row, 'done_at'),
    verifiedAt: wholeOrNull(row, 'verified_at'),
  };
}
