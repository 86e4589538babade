import type { AggregateStore } from '../aggregate-store.ts';
import { leftOutOf } from '../rights/left-out.ts';
import { text, whole } from './read-row.ts';
import type { Database } from './sql.ts';

export function makeAggregateStore(db: Database): AggregateStore {
  return {
    async endpointDays(fromDay, workspacesMin) {
      const rows = await db.all(
        `select day, endpoint, sum(requests) as requests, sum(failed) as failed from usage_day
         where day >= :fromDay and workspace not in ${leftOutOf('improve')} group by day, endpoint having count(distinct workspace) >= :workspacesMin
         order by day, endpoint`,
        { fromDay, workspacesMin },
      );
      return rows.map((row) => ({
        day: whole(row, 'day'),
        endpoint: text(row, 'endpoint'),
        requests: Number(row.requests),
        failed: Number(row.failed),
      }));
    },
    async firstContents(since, max) {
      const rows = await db.all(
        `select endpoint, first_content_ms from generation
         where ended_at >= :since and first_content_ms is not null and endpoint is not null
           and workspace not in ${leftOutOf('monitor')}
         order by ended_at desc limit :max`,
        { since, max },
      );
      const byEndpoint = new Map<string, number[]>();
      for (const row of rows) {
        const endpoint = text(row, 'endpoint');
        const known = byEndpoint.get(endpoint) ?? [];
        known.push(whole(row, 'first_content_ms'));
        byEndpoint.set(endpoint, known);
      }
      return byEndpoint;
    },
  };
}
