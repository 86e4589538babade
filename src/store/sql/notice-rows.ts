import type { DueMail, Notice, NoticeStore } from '../notice-store.ts';
import { flag, text, whole, wholeOrNull, word } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';
import { bringForward, enterSubProcessors, readSubProcessors } from './sub-processor-rows.ts';
import { tellNotice } from './tell-notice.ts';

const noticesMax = 1_000;
const dayMs = 86_400_000;
const columns = 'notice.id, notice.kind, notice.subject, notice.material, notice.at, notice.effective';

export function makeNoticeStore(db: Database): NoticeStore {
  return {
    tell: (notice) => tellNotice(db, notice),
    async all() {
      const rows = await db.all(`select ${columns} from notice order by at desc, id limit ${noticesMax}`);
      return rows.map(toNotice);
    },
    // Of two replicas that do it at once the second finds the rows of the first.
    address: (now) =>
      db.run(
        `insert into notice_person (notice, person, at, mail, mail_at)
         select distinct notice.id, member.person, cast(:now as bigint), 'due', cast(:now as bigint) from notice cross join member
         where notice.effective > :now or notice.at > :recent
         on conflict (notice, person) do nothing`,
        { now, recent: now - dayMs },
      ),
    async of(person) {
      const rows = await db.all(
        `select ${columns}, notice_person.seen_at from notice_person join notice on notice.id = notice_person.notice
         where notice_person.person = :person order by notice.at desc, notice.id limit 100`,
        { person },
      );
      return rows.map((row) => ({ ...toNotice(row), seenAt: wholeOrNull(row, 'seen_at') }));
    },
    see: async (seen) =>
      (await db.run(
        `update notice_person set seen_at = :now where notice = :notice and person = :person and seen_at is null`,
        seen,
      )) === 1,
    takeMail: (take) => db.transaction((sql) => takeMail(sql, take)),
    async mailed(letter) {
      await db.run(
        `update notice_person set mail = :state, mail_at = :now where notice = :notice and person = :person`,
        letter,
      );
    },
    async mailDue() {
      const row = await db.one(`select count(*) as due from notice_person where mail in ('due', 'taken')`);
      return whole(row ?? {}, 'due');
    },
    async counts() {
      const rows = await db.all(
        `select notice, count(*) as people, count(seen_at) as seen,
           sum(case when mail = 'sent' then 1 else 0 end) as mailed from notice_person group by notice`,
      );
      return new Map(
        rows.map((row) => [
          text(row, 'notice'),
          { people: whole(row, 'people'), seen: whole(row, 'seen'), mailed: whole(row, 'mailed') },
        ]),
      );
    },
    enterSubProcessors: (all, when) => db.transaction((sql) => enterSubProcessors(sql, all, when)),
    subProcessors: () => readSubProcessors(db),
    bringForward: (change) => db.transaction((sql) => bringForward(sql, change)),
  };
}

/** Whoever had its processing restricted is not written to until that is lifted; it is told in the dashboard all the same. */
async function takeMail(
  sql: Sql,
  { max, now, againAfterMs }: { readonly max: number; readonly now: number; readonly againAfterMs: number },
): Promise<readonly DueMail[]> {
  const rows = await sql.all(
    `select ${columns}, notice_person.person from notice_person join notice on notice.id = notice_person.notice
     where (notice_person.mail = 'due' or (notice_person.mail = 'taken' and notice_person.mail_at <= :before))
       and not exists (select 1 from restriction
         where kind = 'person' and subject = notice_person.person and activity = 'all')
     order by notice_person.mail_at, notice_person.notice, notice_person.person limit :max`,
    { before: now - againAfterMs, max },
  );
  const taken: DueMail[] = [];
  for (const row of rows) {
    const mail = { ...toNotice(row), person: text(row, 'person') };
    const changes = await sql.run(
      `update notice_person set mail = 'taken', mail_at = :now where notice = :notice and person = :person
       and (mail = 'due' or (mail = 'taken' and mail_at <= :before))`,
      { notice: mail.id, person: mail.person, now, before: now - againAfterMs },
    );
    // Another console may have been faster.
    if (changes === 1) taken.push(mail);
  }
  return taken;
}

function toNotice(row: Row): Notice {
  return {
    id: text(row, 'id'),
    kind: word(row, 'kind', ['policy', 'sub-processor']),
    subject: text(row, 'subject'),
    material: flag(row, 'material'),
    at: whole(row, 'at'),
    effective: whole(row, 'effective'),
  };
}
