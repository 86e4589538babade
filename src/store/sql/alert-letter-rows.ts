import type { AlertLetter, AlertStore } from '../alert-store.ts';
import { text, whole } from './read-row.ts';
import type { Sql } from './sql.ts';

/** What happened longer ago is no news in a letter. */
const newsMs = 2 * 86_400_000;

export async function leadersOf(sql: Sql, workspace: string | null): Promise<readonly string[]> {
  const rows =
    workspace === null
      ? await sql.all(`select person from operator_role where role = 'operator' order by person limit 100`)
      : await sql.all(
          `select person from member where workspace = :workspace and role in ('owner', 'admin') order by person limit 100`,
          { workspace },
        );
  return rows.map((row) => text(row, 'person'));
}

/** Who is no operator any more reads none. */
export async function letterReaders(sql: Sql): Promise<readonly string[]> {
  const rows = await sql.all(
    `select person from alert_reader where exists
       (select 1 from operator_role where operator_role.person = alert_reader.person) order by person limit 100`,
  );
  return rows.map((row) => text(row, 'person'));
}

export async function setReader(sql: Sql, person: string, wants: boolean, now: number): Promise<void> {
  await sql.run(
    wants
      ? 'insert into alert_reader (person, since) values (:person, :now) on conflict (person) do nothing'
      : 'delete from alert_reader where person = :person',
    wants ? { person, now } : { person },
  );
}

export async function isReader(sql: Sql, person: string): Promise<boolean> {
  return (await sql.one('select person from alert_reader where person = :person', { person })) !== undefined;
}

export async function writeLetters(sql: Sql, letters: readonly AlertLetter[], now: number): Promise<void> {
  for (const { about, person, event, body } of letters) {
    await sql.run(
      `insert into alert_letter (about, person, event, body, at, mail, mail_at)
       values (:about, :person, :event, :body, :now, 'due', :now) on conflict (about, person) do nothing`,
      { about, person, event, body, now },
    );
  }
}

export async function takeLetters(
  sql: Sql,
  { max, now, againAfterMs }: Parameters<AlertStore['takeLetters']>[0],
): Promise<readonly AlertLetter[]> {
  const before = now - againAfterMs;
  const isFree = `(mail = 'due' or (mail = 'taken' and mail_at <= :before))`;
  // Whoever had its processing restricted is not written to until that is lifted.
  const rows = await sql.all(
    `select about, person, event, body from alert_letter where ${isFree} and at > :oldest
       and not exists (select 1 from restriction
         where kind = 'person' and subject = alert_letter.person and activity = 'all')
     order by mail_at, about, person limit :max`,
    { before, oldest: now - newsMs, max },
  );
  const taken: AlertLetter[] = [];
  for (const row of rows) {
    const [about, person] = [text(row, 'about'), text(row, 'person')];
    const changes = await sql.run(
      `update alert_letter set mail = 'taken', mail_at = :now where about = :about and person = :person and ${isFree}`,
      { about, person, now, before },
    );
    // Another console may have been faster.
    if (changes === 1) taken.push({ about, person, event: text(row, 'event'), body: text(row, 'body') });
  }
  return taken;
}

export async function lettersDue(sql: Sql, now: number): Promise<number> {
  const row = await sql.one(
    `select count(*) as due from alert_letter where mail in ('due', 'taken') and at > :oldest`,
    { oldest: now - newsMs },
  );
  return whole(row ?? {}, 'due');
}
