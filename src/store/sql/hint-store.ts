import type { EndpointHint, HintStore } from '../hints.ts';
import { text, whole, wholeOrNull } from './read-row.ts';
import type { Database, Row } from './sql.ts';

const columns = ['endpoint', 'instance', 'at', 'out_until', 'first_content_ms', 'millitokens_per_second'] as const;

/** What gateways found of endpoints, the newest of each, and the outages that people were told of. */
export function makeHintStore(db: Database): HintStore {
  return {
    async put(hints) {
      await db.insert(
        {
          table: 'endpoint_hint',
          columns,
          otherwise: `on conflict (endpoint) do update set
            ${columns
              .slice(1)
              .map((column) => `${column} = excluded.${column}`)
              .join(', ')}`,
        },
        hints.map((hint) => ({
          endpoint: hint.endpoint,
          instance: hint.instance,
          at: hint.at,
          out_until: hint.outUntil,
          first_content_ms: hint.firstContentMs,
          millitokens_per_second: hint.millitokensPerSecond,
        })),
      );
    },
    async since(at) {
      const rows = await db.all(`select ${columns.join(', ')} from endpoint_hint where at > :at order by at`, { at });
      return rows.map(toHint);
    },
    async beginOutage(endpoint, now) {
      const added = await db.run(
        'insert into endpoint_outage (endpoint, since) values (:endpoint, :now) on conflict (endpoint) do nothing',
        { endpoint, now },
      );
      return added === 1;
    },
    async forget(at) {
      await db.run('delete from endpoint_hint where at <= :at', { at });
      await db.run(
        'delete from endpoint_outage where endpoint not in (select endpoint from endpoint_hint where out_until is not null)',
      );
    },
    async endOutage(endpoint) {
      return (await db.run('delete from endpoint_outage where endpoint = :endpoint', { endpoint })) === 1;
    },
  };
}

function toHint(row: Row): EndpointHint {
  return {
    endpoint: text(row, 'endpoint'),
    instance: text(row, 'instance'),
    at: whole(row, 'at'),
    outUntil: wholeOrNull(row, 'out_until'),
    firstContentMs: wholeOrNull(row, 'first_content_ms'),
    millitokensPerSecond: wholeOrNull(row, 'millitokens_per_second'),
  };
}
