import type { JobStore } from '../leading-jobs.ts';
import { text, whole } from './read-row.ts';
import type { Database } from './sql.ts';

/** One row a job: it is taken by a conditional update, so no two lead at one instant of the store's clock. */
export function makeJobStore(db: Database): JobStore {
  return {
    async lead(job, holder, until, now) {
      const changes = await db.run(
        `insert into job_leader (name, holder, until) values (:job, :holder, :until)
         on conflict (name) do update set holder = excluded.holder, until = excluded.until
         where job_leader.holder = excluded.holder or job_leader.until <= :now`,
        { job, holder, until, now },
      );
      return changes === 1;
    },
    list: async () =>
      (await db.all('select name, holder, until from job_leader order by name')).map((row) => ({
        name: text(row, 'name'),
        holder: text(row, 'holder'),
        until: whole(row, 'until'),
      })),
  };
}
