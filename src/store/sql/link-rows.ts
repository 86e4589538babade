import type { LinkStore } from '../link-store.ts';
import { text, whole } from './read-row.ts';
import type { Database } from './sql.ts';

export function makeLinkStore(db: Database): LinkStore {
  return {
    async all() {
      const rows = await db.all('select url, at, status, failures from link_check order by url limit 1000');
      return rows.map((row) => ({
        url: text(row, 'url'),
        at: whole(row, 'at'),
        status: whole(row, 'status'),
        failures: whole(row, 'failures'),
      }));
    },
    async note({ url, at, status, works }) {
      await db.run(
        `insert into link_check (url, at, status, failures) values (:url, :at, :status, :failures)
         on conflict (url) do update set at = excluded.at, status = excluded.status,
           failures = case when excluded.failures = 0 then 0 else link_check.failures + 1 end`,
        { url, at, status, failures: works ? 0 : 1 },
      );
    },
  };
}
