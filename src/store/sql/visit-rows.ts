import type { PageViewSum, PageViewWord, VisitStore } from '../visit-store.ts';
import { text, whole } from './read-row.ts';
import type { Database } from './sql.ts';

export function makeVisitStore(db: Database): VisitStore {
  return {
    add: (rows) =>
      db.transaction(async (sql) => {
        for (const row of rows) {
          await sql.run(
            `insert into page_view (hour, path, referrer, country, device, browser, views, visitors)
             values (:hour, :path, :referrer, :country, :device, :browser, :views, :visitors)
             on conflict (hour, path, referrer, country, device, browser) do update set
               views = page_view.views + excluded.views, visitors = page_view.visitors + excluded.visitors`,
            { ...row },
          );
        }
      }),
    async sums(by, { from, until }, max) {
      const words = by.join(', ');
      const rows = await db.all(
        `select ${words}, sum(views) as views, sum(visitors) as visitors from page_view
         where hour >= :from and hour < :until group by ${words} order by sum(views) desc, ${words} limit :max`,
        { from, until, max },
      );
      return rows.map((row): PageViewSum => {
        const named = by.map((word: PageViewWord) => [word, word === 'hour' ? whole(row, word) : text(row, word)]);
        return { ...Object.fromEntries(named), views: Number(row.views), visitors: Number(row.visitors) };
      });
    },
    async forget(before) {
      await db.run('delete from page_view where hour < :before', { before });
    },
  };
}
