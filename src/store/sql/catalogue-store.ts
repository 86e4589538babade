import type { Markup } from '#core/money/markup.ts';
import type { CatalogueStore } from '../catalogue-store.ts';
import type { NewId } from '../new-id.ts';
import { priceJson, readPriceJson } from '../price-json.ts';
import { markupRules, removeMarkup, setMarkup } from './markup-rows.ts';
import { amount, text, whole } from './read-row.ts';
import { type Database, Overtaken, type Sql } from './sql.ts';

/** Prices are dated, never changed. Not announced: who dates them makes the snapshot that gateways get. */
export function makeCatalogueStore(db: Database, newId: NewId): CatalogueStore {
  return {
    datePrices: (prices, now) =>
      db.transaction(async (sql) => {
        const last = await lastVersions(
          sql,
          prices.map(({ endpoint }) => endpoint),
        );
        const versions = prices.map(({ endpoint, price, cost, markup }) => {
          const before = last.get(endpoint);
          const json = priceJson(price, cost);
          if (before?.price === json && before.markup === (markup ?? 0n)) return before;
          return {
            id: newId('prc'),
            endpoint,
            price: json,
            since: now,
            number: (before?.number ?? 0) + 1,
            markup: markup ?? 0n,
          };
        });
        await addVersions(
          sql,
          versions.filter((version) => 'since' in version),
        );
        return new Map(prices.map(({ endpoint }, index) => [endpoint, versions[index]?.id ?? '']));
      }),
    priceVersion: (id) => findVersion(db, id),
    markupRules: () => markupRules(db),
    setMarkup: (rule, now) => db.transaction((sql) => setMarkup(sql, rule, now)),
    removeMarkup: (rule, now) => db.transaction((sql) => removeMarkup(sql, rule, now)),
  };
}

type Version = { readonly id: string; readonly price: string; readonly number: number; readonly markup: Markup };

async function findVersion(sql: Sql, id: string) {
  const row = await sql.one('select endpoint, since, price, markup from price_version where id = :id', { id });
  if (!row) return undefined;
  const { price, cost } = readPriceJson(text(row, 'price'));
  return { endpoint: text(row, 'endpoint'), since: whole(row, 'since'), price, cost, markup: amount(row, 'markup') };
}

async function lastVersions(sql: Sql, endpoints: readonly string[]): Promise<ReadonlyMap<string, Version>> {
  const rows = await sql.all(
    `select id, endpoint, price, number, markup from price_version
     where endpoint in (:endpoints*) and number =
       (select max(latest.number) from price_version latest where latest.endpoint = price_version.endpoint)`,
    { endpoints },
  );
  return new Map(
    rows.map((row) => [
      text(row, 'endpoint'),
      { id: text(row, 'id'), price: text(row, 'price'), number: whole(row, 'number'), markup: amount(row, 'markup') },
    ]),
  );
}

const versions = {
  table: 'price_version',
  columns: ['id', 'endpoint', 'price', 'since', 'number', 'markup'],
  otherwise: 'on conflict (endpoint, number) do nothing',
  returning: 'id',
} as const;

async function addVersions(
  sql: Sql,
  rows: readonly (Version & { readonly endpoint: string; readonly since: number })[],
): Promise<void> {
  const added = await sql.insert(versions, rows);
  if (added.length < rows.length) throw new Overtaken('a price was dated by somebody else');
}
