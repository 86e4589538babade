import type { NewId } from '../new-id.ts';
import type { NewsLetter, NewsStore, TakeNews } from '../news-store.ts';
import { text, whole, wholeOrNull, word } from './read-row.ts';
import type { Database, Sql } from './sql.ts';

/** Agrees now, to these words, and may be written to. */
const agreesNow = `exists (select 1 from mail_consent given where given.person = :person_of and given.wording = :wording
    and given.withdrawn_at is null)
  and not exists (select 1 from restriction where kind = 'person' and subject = :person_of and activity = 'all')
  and not exists (select 1 from erasure where kind = 'person' and subject = :person_of and state in ('pending', 'purging'))`;

const agrees = (column: string): string => agreesNow.replaceAll(':person_of', column);

export function makeNewsStore(db: Database, newId: NewId): NewsStore {
  return {
    async consentsOf(person) {
      const rows = await db.all(
        'select * from mail_consent where person = :person order by given_at desc, id desc limit 100',
        { person },
      );
      return rows.map((row) => ({
        wording: whole(row, 'wording'),
        givenAt: whole(row, 'given_at'),
        withdrawnAt: wholeOrNull(row, 'withdrawn_at'),
        withdrawnWay: row.withdrawn_way === null ? null : word(row, 'withdrawn_way', ['page', 'link'] as const),
      }));
    },
    consent: ({ person, wording, now }) =>
      db.transaction(async (sql) => {
        await sql.run(
          `update mail_consent set withdrawn_at = :now, withdrawn_way = 'page'
           where person = :person and withdrawn_at is null and wording <> :wording`,
          { person, wording, now },
        );
        const added = await sql.run(
          `insert into mail_consent (id, person, wording, given_at) values (:id, :person, :wording, :now)
           on conflict (person) where withdrawn_at is null do nothing`,
          { id: newId('mc'), person, wording, now },
        );
        return added === 1;
      }),
    withdraw: ({ person, way, now }) =>
      db.transaction(async (sql) => {
        await sql.run(`update news_person set mail = 'none', mail_at = :now where person = :person and mail = 'due'`, {
          ...{ person, now },
        });
        const taken = await sql.run(
          'update mail_consent set withdrawn_at = :now, withdrawn_way = :way where person = :person and withdrawn_at is null',
          { person, way, now },
        );
        return taken === 1;
      }),
    send: ({ subject, text: body, wording, now }) =>
      db.transaction(async (sql) => {
        const id = newId('news');
        await sql.run('insert into news (id, subject, text, at) values (:id, :subject, :body, :now)', {
          ...{ id, subject, body, now },
        });
        const people = await sql.run(
          `insert into news_person (news, person, mail, mail_at)
           select cast(:id as text), mail_consent.person, 'due', cast(:now as bigint) from mail_consent
           where withdrawn_at is null and ${agrees('mail_consent.person')}`,
          { id, wording, now },
        );
        return { id, people };
      }),
    async list() {
      const rows = await db.all(
        `select news.id, news.subject, news.at, count(news_person.person) as people,
           coalesce(sum(case when mail = 'sent' then 1 else 0 end), 0) as sent,
           coalesce(sum(case when mail = 'failed' then 1 else 0 end), 0) as failed
         from news left join news_person on news_person.news = news.id
         group by news.id, news.subject, news.at order by news.at desc, news.id limit 100`,
      );
      return rows.map((row) => ({
        ...{ id: text(row, 'id'), subject: text(row, 'subject'), at: whole(row, 'at') },
        ...{ people: whole(row, 'people'), sent: whole(row, 'sent'), failed: whole(row, 'failed') },
      }));
    },
    takeMail: (take) => db.transaction((sql) => takeMail(sql, take)),
    async mailed(letter) {
      await db.run(
        'update news_person set mail = :state, mail_at = :now where news = :news and person = :person',
        letter,
      );
    },
    async mailDue() {
      const row = await db.one(`select count(*) as due from news_person where mail in ('due', 'taken')`);
      return whole(row ?? {}, 'due');
    },
  };
}

async function takeMail(sql: Sql, { max, now, againAfterMs, wording }: TakeNews): Promise<readonly NewsLetter[]> {
  const before = now - againAfterMs;
  const isDue = `(mail = 'due' or (mail = 'taken' and mail_at <= :before))`;
  // It is asked again here: between the sending and the writing somebody may have taken it back.
  await sql.run(
    `update news_person set mail = 'none', mail_at = :now where ${isDue} and not (${agrees('news_person.person')})`,
    { now, before, wording },
  );
  const rows = await sql.all(
    `select news_person.news, news_person.person, news.subject, news.text from news_person
     join news on news.id = news_person.news where ${isDue}
     order by news_person.mail_at, news_person.news, news_person.person limit :max`,
    { before, max },
  );
  const taken: NewsLetter[] = [];
  for (const row of rows) {
    const letter = { news: text(row, 'news'), person: text(row, 'person') };
    const changes = await sql.run(
      `update news_person set mail = 'taken', mail_at = :now where news = :news and person = :person and ${isDue}`,
      { ...letter, now, before },
    );
    // Another console may have been faster.
    if (changes === 1) taken.push({ ...letter, subject: text(row, 'subject'), text: text(row, 'text') });
  }
  return taken;
}
