import { priceJson, readPriceJson } from '../price-json.ts';
import type { SetPrice, UpstreamRecord, UpstreamStore, UpstreamTest } from '../upstreams.ts';
import { announce } from './change-store.ts';
import { flag, text, textOrNull, whole } from './read-row.ts';
import type { Database, Row, Sql } from './sql.ts';

const columns = 'name, written, offer, origin, enabled, sealed, hint, created_at, changed_at';

/** Every change is announced as one of the catalogue: every keeper makes the snapshot anew, and every gateway gets it. */
export function makeUpstreamStore(db: Database): UpstreamStore {
  return {
    list: async () => (await db.all(`select ${columns} from upstream order by created_at, name`)).map(toRecord),
    find: (name) => findUpstream(db, name),
    add: ({ now, ...upstream }) =>
      db.transaction(async (sql) => {
        const added = await sql.run(
          `insert into upstream (${columns}) values (:name, :written, :offer, :origin, :enabled, :sealed, :hint, :now, :now)
           on conflict (name) do nothing`,
          { ...upstream, enabled: upstream.enabled ? 1 : 0, now },
        );
        if (added === 1) await announce(sql, 'catalogue', upstream.name, now);
        return added === 1;
      }),
    change: (name, { now, ...change }) =>
      db.transaction(async (sql) => {
        const known = await findUpstream(sql, name, sql.forUpdate);
        if (!known) return false;
        const { createdAt: _, changedAt: __, ...row } = { ...known, ...change };
        await sql.run(
          `update upstream set written = :written, offer = :offer, origin = :origin, enabled = :enabled, sealed = :sealed,
             hint = :hint, changed_at = :now where name = :name`,
          { ...row, enabled: row.enabled ? 1 : 0, now },
        );
        await announce(sql, 'catalogue', name, now);
        return true;
      }),
    remove: (name, now) =>
      db.transaction(async (sql) => {
        if ((await sql.run('delete from upstream where name = :name', { name })) === 0) return false;
        await sql.run('delete from upstream_test where upstream = :name', { name });
        // An endpoint's id ends with the name of its upstream, which holds no `@`.
        const endpoints = (await sql.all('select distinct endpoint from endpoint_price'))
          .map((row) => text(row, 'endpoint'))
          .filter((endpoint) => endpoint.endsWith(`@${name}`));
        if (endpoints.length > 0) {
          await sql.run('delete from endpoint_price where endpoint in (:endpoints*)', { endpoints });
        }
        await announce(sql, 'catalogue', name, now);
        return true;
      }),
    prices: async () =>
      (await db.all('select endpoint, since, price from endpoint_price order by endpoint, since')).map(toSetPrice),
    setPrice: ({ endpoint, since, price }, now) =>
      db.transaction(async (sql) => {
        await sql.run(
          `insert into endpoint_price (endpoint, since, price, set_at) values (:endpoint, :since, :price, :now)
           on conflict (endpoint, since) do update set price = excluded.price, set_at = excluded.set_at`,
          { endpoint, since, price: price === undefined ? null : priceJson(price), now },
        );
        await announce(sql, 'catalogue', endpoint, now);
      }),
    tests: async () =>
      (await db.all('select upstream, at, endpoint, generation, status, ms, fault from upstream_test')).map(toTest),
    tested: async (test) => {
      await db.run(
        `insert into upstream_test (upstream, at, endpoint, generation, status, ms, fault)
         values (:upstream, :at, :endpoint, :generation, :status, :ms, :fault)
         on conflict (upstream) do update set at = excluded.at, endpoint = excluded.endpoint,
           generation = excluded.generation, status = excluded.status, ms = excluded.ms, fault = excluded.fault`,
        test,
      );
    },
  };
}

async function findUpstream(sql: Sql, name: string, lock = ''): Promise<UpstreamRecord | undefined> {
  const row = await sql.one(`select ${columns} from upstream where name = :name ${lock}`, { name });
  return row && toRecord(row);
}

function toRecord(row: Row): UpstreamRecord {
  return {
    name: text(row, 'name'),
    written: text(row, 'written'),
    offer: text(row, 'offer'),
    origin: text(row, 'origin'),
    enabled: flag(row, 'enabled'),
    sealed: text(row, 'sealed'),
    hint: text(row, 'hint'),
    createdAt: whole(row, 'created_at'),
    changedAt: whole(row, 'changed_at'),
  };
}

function toSetPrice(row: Row): SetPrice {
  const price = textOrNull(row, 'price');
  return {
    endpoint: text(row, 'endpoint'),
    since: whole(row, 'since'),
    price: price === null ? undefined : readPriceJson(price).price,
  };
}

function toTest(row: Row): UpstreamTest {
  return {
    upstream: text(row, 'upstream'),
    at: whole(row, 'at'),
    endpoint: text(row, 'endpoint'),
    generation: textOrNull(row, 'generation'),
    status: whole(row, 'status'),
    ms: whole(row, 'ms'),
    fault: textOrNull(row, 'fault'),
  };
}
