import { inspectionReasons, inspectionStates } from '#core/privacy/inspection.ts';
import type { CaptureRow, InspectionRow, InspectionStore, LookRow, OpenedAs } from '../inspection-store.ts';
import type { NewId } from '../new-id.ts';
import type { OpenInspection } from '../store.ts';
import { announce } from './change-store.ts';
import { flag, text, textOrNull, whole, wholeOrNull, word } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';

const columns = `id, workspace, reason, ticket, consent, minutes, requests_max, state, proposed_by, confirmed_by, consented_by,
  public_key, captured, proposed_at, opened_at, ends_at, closed_at, tell_at, told, destroyed_at`;
const unfinishedMax = 1_000;
const capturesMax = 500;
const looksMax = 5_000;

export function makeInspectionStore(db: Database, newId: NewId): InspectionStore {
  return {
    ...stepsOf(db, newId),
    ...capturesOf(db, newId),
    find: (id) => find(db, id),
    async list(workspace, max) {
      const where = workspace === undefined ? '' : 'where workspace = :workspace';
      const rows = await db.all(
        `select ${columns} from inspection ${where} order by proposed_at desc, id desc limit :max`,
        workspace === undefined ? { max } : { workspace, max },
      );
      return rows.map(toInspection);
    },
    async unfinished() {
      const rows = await db.all(
        `select ${columns} from inspection where state in ('proposed', 'asked', 'open', 'closed') or (state = 'destroyed' and told = 0)
         order by proposed_at limit :max`,
        { max: unfinishedMax },
      );
      return rows.map(toInspection);
    },
    forget: (before) =>
      db.transaction(async (sql) => {
        const over = `select id from inspection where (state = 'destroyed' and told = 1 and destroyed_at < :before)
          or (state = 'refused' and closed_at < :before)`;
        await sql.run(`delete from inspection_look where inspection in (${over})`, { before });
        await sql.run(`delete from inspection where id in (${over})`, { before });
      }),
  };
}

type Steps = 'propose' | 'confirm' | 'open' | 'refuse' | 'close' | 'setTold' | 'destroy';

function stepsOf(db: Database, newId: NewId): Pick<InspectionStore, Steps> {
  return {
    propose: (given) =>
      db.transaction(async (sql) => {
        const id = newId('ins');
        await sql.run(
          `insert into inspection (id, workspace, reason, ticket, consent, minutes, requests_max, state, proposed_by, captured,
             proposed_at, told)
           values (:id, :workspace, :reason, :ticket, :consent, :minutes, :requestsMax, 'proposed', :proposedBy, 0, :proposedAt, 0)`,
          { id, ...given },
        );
        return await mustFind(sql, id);
      }),
    confirm: (id, person) =>
      db.transaction(async (sql) => {
        const changed = await sql.run(
          `update inspection set state = 'asked', confirmed_by = :person
           where id = :id and state = 'proposed' and proposed_by <> :person`,
          { id, person },
        );
        return changed === 1 ? await mustFind(sql, id) : undefined;
      }),
    open: (id, as, consentedBy) => db.transaction((sql) => open(sql, id, as, consentedBy)),
    refuse: async (id, by, now) =>
      (await db.run(
        `update inspection set state = 'refused', closed_at = :now, consented_by = :by
         where id = :id and state in ('proposed', 'asked')`,
        { id, by, now },
      )) === 1,
    close: (id, now) => db.transaction((sql) => close(sql, id, now)),
    async setTold(id) {
      await db.run('update inspection set told = 1 where id = :id', { id });
    },
    destroy: (id, now) =>
      db.transaction(async (sql) => {
        await sql.run('delete from inspection_capture where inspection = :id', { id });
        const changed = await sql.run(
          `update inspection set state = 'destroyed', destroyed_at = :now, public_key = null where id = :id and state = 'closed'`,
          { id, now },
        );
        return changed === 1;
      }),
  };
}

/** The row of the workspace's other windows decides by the index: of two that open at once, one does. */
async function open(sql: Sql, id: string, as: OpenedAs, consentedBy: string | null): Promise<boolean> {
  const row = await find(sql, id);
  if (!row) return false;
  const other = await sql.one(`select id from inspection where workspace = :workspace and state = 'open'`, {
    workspace: row.workspace,
  });
  if (other) return false;
  const changed = await sql.run(
    `update inspection set state = 'open', opened_at = :openedAt, ends_at = :endsAt, tell_at = :tellAt,
       public_key = :publicKey, consented_by = :consentedBy
     where id = :id and state = 'asked'`,
    { id, ...as, consentedBy },
  );
  if (changed !== 1) return false;
  await announce(sql, 'workspace', row.workspace, as.openedAt);
  return true;
}

async function close(sql: Sql, id: string, now: number): Promise<boolean> {
  const changed = await sql.run(
    `update inspection set state = 'closed', closed_at = :now where id = :id and state = 'open'`,
    { id, now },
  );
  if (changed !== 1) return false;
  await announce(sql, 'workspace', (await mustFind(sql, id)).workspace, now);
  return true;
}

type OfCaptures = 'capture' | 'captures' | 'findCapture' | 'look' | 'looks';

function capturesOf(db: Database, newId: NewId): Pick<InspectionStore, OfCaptures> {
  return {
    capture: (given) =>
      db.transaction(async (sql) => {
        // One statement decides: of many gateways together no more than it may have.
        const taken = await sql.run(
          `update inspection set captured = captured + 1
           where id = :inspection and state = 'open' and ends_at > :at and captured < requests_max`,
          { inspection: given.inspection, at: given.at },
        );
        if (taken !== 1) return false;
        await sql.run(
          `insert into inspection_capture (id, inspection, generation, at, request_bytes, answer_bytes, sealed)
           values (:id, :inspection, :generation, :at, :requestBytes, :answerBytes, :sealed)`,
          { id: newId('cap'), ...given },
        );
        const { captured, requestsMax } = await mustFind(sql, given.inspection);
        if (captured >= requestsMax) await close(sql, given.inspection, given.at);
        return true;
      }),
    async captures(id) {
      const rows = await db.all(
        `select id, inspection, generation, at, request_bytes, answer_bytes from inspection_capture
         where inspection = :id order by at, id limit :max`,
        { id, max: capturesMax },
      );
      return rows.map(toCapture);
    },
    async findCapture(id) {
      const row = await db.one(
        `select id, inspection, generation, at, request_bytes, answer_bytes, sealed from inspection_capture where id = :id`,
        { id },
      );
      return row && { ...toCapture(row), sealed: text(row, 'sealed') };
    },
    async look(given) {
      const look = { id: newId('look'), ...given };
      await db.run(
        'insert into inspection_look (id, inspection, capture, person, at) values (:id, :inspection, :capture, :person, :at)',
        look,
      );
      return look;
    },
    async looks(id) {
      const rows = await db.all(
        'select id, inspection, capture, person, at from inspection_look where inspection = :id order by at, id limit :max',
        { id, max: looksMax },
      );
      return rows.map(toLook);
    },
  };
}

/** What a gateway must know of a workspace's open window; null: there is none. */
export async function openInspectionOf(sql: Sql, workspace: string, now: number): Promise<OpenInspection | null> {
  const row = await sql.one(
    `select id, public_key, ends_at, requests_max from inspection
     where workspace = :workspace and state = 'open' and ends_at > :now`,
    { workspace, now },
  );
  if (!row) return null;
  const [endsAt, requestsMax] = [whole(row, 'ends_at'), whole(row, 'requests_max')];
  return { id: text(row, 'id'), publicKey: text(row, 'public_key'), endsAt, requestsMax };
}

async function find(sql: Sql, id: string): Promise<InspectionRow | undefined> {
  const row = await sql.one(`select ${columns} from inspection where id = :id`, { id });
  return row && toInspection(row);
}

async function mustFind(sql: Sql, id: string): Promise<InspectionRow> {
  const found = await find(sql, id);
  if (!found) throw new Error('the inspection is gone');
  return found;
}

function toInspection(row: Row): InspectionRow {
  return {
    id: text(row, 'id'),
    workspace: text(row, 'workspace'),
    reason: word(row, 'reason', inspectionReasons),
    ticket: text(row, 'ticket'),
    consent: word(row, 'consent', ['ask', 'tell'] as const),
    minutes: whole(row, 'minutes'),
    requestsMax: whole(row, 'requests_max'),
    state: word(row, 'state', inspectionStates),
    proposedBy: text(row, 'proposed_by'),
    confirmedBy: textOrNull(row, 'confirmed_by'),
    consentedBy: textOrNull(row, 'consented_by'),
    publicKey: textOrNull(row, 'public_key'),
    captured: whole(row, 'captured'),
    proposedAt: whole(row, 'proposed_at'),
    openedAt: wholeOrNull(row, 'opened_at'),
    endsAt: wholeOrNull(row, 'ends_at'),
    closedAt: wholeOrNull(row, 'closed_at'),
    tellAt: wholeOrNull(row, 'tell_at'),
    told: flag(row, 'told'),
    destroyedAt: wholeOrNull(row, 'destroyed_at'),
  };
}

function toCapture(row: Row): Omit<CaptureRow, 'sealed'> {
  return {
    id: text(row, 'id'),
    inspection: text(row, 'inspection'),
    generation: text(row, 'generation'),
    at: whole(row, 'at'),
    requestBytes: whole(row, 'request_bytes'),
    answerBytes: whole(row, 'answer_bytes'),
  };
}

function toLook(row: Row): LookRow {
  return {
    id: text(row, 'id'),
    inspection: text(row, 'inspection'),
    capture: text(row, 'capture'),
    person: text(row, 'person'),
    at: whole(row, 'at'),
  };
}
