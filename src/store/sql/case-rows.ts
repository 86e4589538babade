import { type CaseRow, type CaseStore, caseRegisters } from '../case-store.ts';
import type { NewId } from '../new-id.ts';
import { text, textOrNull, whole, wholeOrNull, word } from './read-row.ts';
import type { Database, Row } from './sql.ts';

const columns =
  'id, register, kind, country, workspace, received_at, due_at, reminded, closed_at, outcome, facts, sealed, seal_key, person, end_user';

export function makeCaseStore(db: Database, newId: NewId): CaseStore {
  return {
    open: ({ facts, person = null, endUser = null, ...given }) =>
      db.transaction(async (sql) => {
        const id = newId('pc');
        const added = await sql.run(
          `insert into privacy_case (id, register, kind, country, workspace, received_at, due_at, reminded, facts, sealed,
             seal_key, message, person, end_user)
           values (:id, :register, :kind, :country, :workspace, :receivedAt, :dueAt, 0, :facts, :sealed, :sealKey, :message,
             :person, :endUser)
           on conflict (message) do nothing`,
          { id, ...given, person, endUser, facts: JSON.stringify(facts) },
        );
        if (added === 1) return { id, isNew: true };
        const row = await sql.one('select id from privacy_case where message = :message', { message: given.message });
        return { id: row ? text(row, 'id') : id, isNew: false };
      }),
    async find(id) {
      const row = await db.one(`select ${columns} from privacy_case where id = :id`, { id });
      return row && toCase(row);
    },
    async list(register, max) {
      const rows = await db.all(
        `select ${columns} from privacy_case where register = :register order by received_at desc, id desc limit :max`,
        { register, max },
      );
      return rows.map(toCase);
    },
    async ofPerson(person, max) {
      const rows = await db.all(
        `select ${columns} from privacy_case where person = :person order by received_at desc, id desc limit :max`,
        { person, max },
      );
      return rows.map(toCase);
    },
    reseal: async (id, { before, sealed }) =>
      (await db.run(
        'update privacy_case set sealed = :sealed where id = :id and closed_at is null and sealed = :before',
        { id, before, sealed },
      )) === 1,
    async due(max) {
      const rows = await db.all(
        `select ${columns} from privacy_case where closed_at is null order by due_at, id limit :max`,
        { max },
      );
      return rows.map(toCase);
    },
    async remind(id, percent) {
      await db.run('update privacy_case set reminded = :percent where id = :id', { id, percent });
    },
    addFacts: (id, facts) =>
      db.transaction(async (sql) => {
        const row = await sql.one(`select facts from privacy_case where id = :id ${sql.forUpdate}`, { id });
        if (!row) return;
        const all = { ...JSON.parse(text(row, 'facts')), ...facts };
        await sql.run('update privacy_case set facts = :facts where id = :id', { id, facts: JSON.stringify(all) });
      }),
    close: async (id, outcome, now) =>
      (await db.run(
        `update privacy_case set closed_at = :now, outcome = :outcome, sealed = null, seal_key = null
         where id = :id and closed_at is null`,
        { id, outcome, now },
      )) === 1,
    async counts(since) {
      const rows = await db.all(
        `select register, kind, outcome, count(*) as count from privacy_case where received_at >= :since
         group by register, kind, outcome order by register, kind, outcome`,
        { since },
      );
      return rows.map((row) => ({
        register: word(row, 'register', caseRegisters),
        kind: text(row, 'kind'),
        outcome: textOrNull(row, 'outcome'),
        count: whole(row, 'count'),
      }));
    },
    async seenBy(workspace, { from, until }, max) {
      const rows = await db.all(
        `select attempts from generation where ended_at >= :from and ended_at < :until and workspace = :workspace
         order by ended_at limit :max`,
        { workspace, from, until, max },
      );
      const seen = new Map<string, number>();
      for (const row of rows) {
        // A parser: the keeper posted it.
        const attempts = JSON.parse(text(row, 'attempts')) as readonly { readonly endpoint: string }[];
        for (const endpoint of new Set(attempts.map((attempt) => attempt.endpoint))) {
          seen.set(endpoint, (seen.get(endpoint) ?? 0) + 1);
        }
      }
      return seen;
    },
    async openCount(register) {
      const row = await db.one(
        'select count(*) as count from privacy_case where register = :register and closed_at is null',
        { register },
      );
      return whole(row ?? {}, 'count');
    },
    async forget(before) {
      await db.run('delete from privacy_case where closed_at < :before', { before });
    },
  };
}

function toCase(row: Row): CaseRow {
  return {
    id: text(row, 'id'),
    register: word(row, 'register', caseRegisters),
    kind: text(row, 'kind'),
    country: textOrNull(row, 'country'),
    workspace: textOrNull(row, 'workspace'),
    receivedAt: whole(row, 'received_at'),
    dueAt: whole(row, 'due_at'),
    reminded: whole(row, 'reminded'),
    closedAt: wholeOrNull(row, 'closed_at'),
    outcome: textOrNull(row, 'outcome'),
    // A parser: `open` and `addFacts` wrote it.
    facts: JSON.parse(text(row, 'facts')) as Record<string, string>,
    sealed: textOrNull(row, 'sealed'),
    sealKey: textOrNull(row, 'seal_key'),
    person: textOrNull(row, 'person'),
    endUser: textOrNull(row, 'end_user'),
  };
}
