import type { DatabaseSync } from 'node:sqlite';
import type { NewId } from '../new-id.ts';
import { priceJson } from '../price-json.ts';
import type { CatalogueStore } from '../store.ts';
import { inTransaction } from './in-transaction.ts';
import { text, whole } from './read-row.ts';

/** Prices are dated, never changed. Not announced: who dates them makes the snapshot that gateways get. */
export function makeCatalogueStore(db: DatabaseSync, newId: NewId): CatalogueStore {
  const last = db.prepare(
    'select id, price, number from price_version where endpoint = :endpoint order by number desc limit 1',
  );
  const add = db.prepare(
    `insert into price_version (id, endpoint, price, since, number) values (:id, :endpoint, :price, :since, :number)`,
  );
  const date = (endpoint: string, price: string, since: number): string => {
    const row = last.get({ endpoint });
    if (row && text(row, 'price') === price) return text(row, 'id');
    const id = newId('prc');
    add.run({ id, endpoint, price, since, number: row ? whole(row, 'number') + 1 : 1 });
    return id;
  };
  return {
    datePrices: async (prices, now) =>
      inTransaction(
        db,
        () => new Map(prices.map(({ endpoint, price }) => [endpoint, date(endpoint, priceJson(price), now)])),
      ),
  };
}
