import { closingAfter } from '#core/privacy/dormancy.ts';
import type { DormancyAsk, DormancyLetter, DormancyStore, KeyUse, TakeDormancyMail } from '../dormancy-store.ts';
import { text, textOrNull, whole } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';

const dayMs = 86_400_000;
/** A letter whose reader no server knew on so many days counts as written. */
const triesMax = 5;
const keysAtOnce = 500;

/**
 * Not active since then, and may be asked: whoever had its processing restricted is left as it is, whoever is being deleted needs no
 * letter, and whoever operates this Fairlead is no customer of it.
 */
const dormant = `active_at <= :dormantSince
  and not exists (select 1 from member join key on key.workspace = member.workspace join key_use on key_use.key = key.id
    where member.person = person_activity.person and key_use.at > :dormantSince)
  and not exists (select 1 from operator_role where operator_role.person = person_activity.person)
  and not exists (select 1 from restriction where kind = 'person' and subject = person_activity.person and activity = 'all')
  and not exists (select 1 from erasure where kind = 'person' and subject = person_activity.person
    and state in ('pending', 'purging'))`;

const asBefore = `told = 0, mail = 'none', mail_at = 0, tries = 0, closes_at = 0, waits = null`;

export function makeDormancyStore(db: Database): DormancyStore {
  return {
    active: (person, now) => setActive(db, person, now),
    usedKeys: async (uses) => {
      await db.insert(
        {
          table: 'key_use',
          columns: ['key', 'at', 'network'],
          otherwise: `on conflict (key) do update set
            network = coalesce(case when excluded.at >= key_use.at then excluded.network end, key_use.network),
            at = case when excluded.at > key_use.at then excluded.at else key_use.at end`,
        },
        uses.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      );
    },
    async keyUses(keys) {
      const uses = new Map<string, Omit<KeyUse, 'key'>>();
      for (let from = 0; from < keys.length; from += keysAtOnce) {
        const some = keys.slice(from, from + keysAtOnce);
        for (const row of await db.all('select key, at, network from key_use where key in (:some*)', { some })) {
          uses.set(text(row, 'key'), { at: whole(row, 'at'), network: textOrNull(row, 'network') });
        }
      }
      return uses;
    },
    enter: async (persons, now) => {
      const otherwise = 'on conflict (person) do nothing';
      await db.insert(
        { table: 'person_activity', columns: ['person', 'active_at'], otherwise },
        persons.map((person) => ({ person, active_at: now })),
      );
    },
    advance: (ask) => db.transaction((sql) => advance(sql, ask)),
    takeMail: (take) => db.transaction((sql) => takeMail(sql, take)),
    mailed: (person, state, now) => mailed(db, person, state, now),
    async mailDue(now) {
      const row = await db.one(
        `select count(*) as due from person_activity where mail in ('due', 'taken') and mail_at <= :now`,
        { now },
      );
      return whole(row ?? {}, 'due');
    },
    async isOver(person, dormantSince) {
      const row = await db.one(
        `select 1 as over_now from person_activity where person = :person and told = 3 and ${dormant}`,
        {
          ...{ person, dormantSince },
        },
      );
      return row !== undefined;
    },
    async waits(person, why, until) {
      await db.run(
        `update person_activity set told = 2, mail = 'sent', waits = :why, closes_at = :until where person = :person and told = 3`,
        { person, why, until },
      );
    },
    async isHeld(person) {
      const row = await db.one(
        `select 1 as held from legal_hold join member on member.workspace = legal_hold.workspace
         where member.person = :person and legal_hold.ended_at is null limit 1`,
        { person },
      );
      return row !== undefined;
    },
    async hasActiveOthers(workspace, person, dormantSince) {
      const row = await db.one(
        `select 1 as active from member left join person_activity on person_activity.person = member.person
         where member.workspace = :workspace and member.person <> :person
           and (person_activity.active_at is null or person_activity.active_at > :dormantSince) limit 1`,
        { workspace, person, dormantSince },
      );
      return row !== undefined;
    },
    async counts() {
      const rows = await db.all(
        `select told, mail, waits, count(*) as people from person_activity group by told, mail, waits order by told, mail, waits`,
      );
      return rows.map((row) => ({
        ...{ told: whole(row, 'told'), mail: text(row, 'mail'), waits: textOrNull(row, 'waits') },
        people: whole(row, 'people'),
      }));
    },
  };
}

async function setActive(db: Database, person: string, now: number): Promise<void> {
  const known = await db.one('select active_at, told from person_activity where person = :person', { person });
  if (known && whole(known, 'active_at') > now - dayMs && whole(known, 'told') === 0) return;
  await db.run(
    `insert into person_activity (person, active_at) values (:person, :now)
     on conflict (person) do update set active_at = excluded.active_at, ${asBefore}`,
    { person, now },
  );
}

/** Each of these statements finds nothing of what it did before: whoever does it twice, or beside another, changes nothing. */
async function advance(sql: Sql, { dormantSince, secondLetterMs, now }: DormancyAsk): Promise<void> {
  await sql.run(`update person_activity set ${asBefore} where told in (1, 2) and not (${dormant})`, { dormantSince });
  const due = `mail = 'due', mail_at = :now, tries = 0`;
  // From the end to the beginning, so that nobody gets two letters in one turn.
  const isWritten = `mail in ('sent', 'failed')`;
  await sql.run(
    `update person_activity set told = 3, ${due} where told = 2 and ${isWritten} and closes_at <= :now and ${dormant}`,
    { dormantSince, now },
  );
  await sql.run(
    `update person_activity set told = 2, ${due} where told = 1 and ${isWritten} and closes_at <= :soon and ${dormant}`,
    { dormantSince, now, soon: now + secondLetterMs },
  );
  await sql.run(`update person_activity set told = 1, ${due} where told = 0 and ${dormant}`, { dormantSince, now });
}

async function takeMail(
  sql: Sql,
  { max, now, againAfterMs, noticeDays }: TakeDormancyMail,
): Promise<readonly DormancyLetter[]> {
  const isDue = `((mail = 'due' and mail_at <= :now) or (mail = 'taken' and mail_at <= :before))`;
  const when = { now, before: now - againAfterMs };
  const rows = await sql.all(
    `select person, told, closes_at from person_activity where ${isDue} order by mail_at, person limit :max`,
    { ...when, max },
  );
  const taken: DormancyLetter[] = [];
  for (const row of rows) {
    const letter = letterOf(row, { now, noticeDays });
    const changes = await sql.run(
      `update person_activity set mail = 'taken', mail_at = :now, closes_at = :closesAt where person = :person and ${isDue}`,
      { ...when, person: letter.person, closesAt: letter.closesAt },
    );
    // Another console may have been faster.
    if (changes === 1) taken.push(letter);
  }
  return taken;
}

/** A letter names the day when it is written, however long it had to wait for that. */
function letterOf(
  row: Row,
  { now, noticeDays }: { readonly now: number; readonly noticeDays: number },
): DormancyLetter {
  const [person, told, named] = [text(row, 'person'), whole(row, 'told'), whole(row, 'closes_at')];
  if (told === 3) return { person, kind: 'closing', closesAt: named };
  const kind = told === 1 ? 'first' : 'second';
  return { person, kind, closesAt: closingAfter(kind, { now, named, noticeDays }) };
}

async function mailed(
  db: Database,
  person: string,
  state: Parameters<DormancyStore['mailed']>[1],
  now: number,
): Promise<void> {
  if (state === 'none') return void (await db.run('delete from person_activity where person = :person', { person }));
  // A server that takes nothing from us says nothing about whoever is to read it.
  if (state === 'unsent') {
    await db.run(
      `update person_activity set mail = 'due', mail_at = :tomorrow where person = :person and mail = 'taken'`,
      { person, tomorrow: now + dayMs },
    );
    return;
  }
  const isOver = state === 'sent' ? '1 = 1' : `tries >= ${triesMax - 1}`;
  await db.run(
    `update person_activity set tries = tries + 1, mail = case when ${isOver} then :state else 'due' end,
       mail_at = case when ${isOver} then cast(:now as bigint) else cast(:tomorrow as bigint) end
     where person = :person and mail = 'taken'`,
    { person, state, now, tomorrow: now + dayMs },
  );
}
