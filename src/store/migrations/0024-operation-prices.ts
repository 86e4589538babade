import type { Migration } from './migration.ts';

/** Whose price the items of an operation are charged by. Empty: it was begun before that was kept. */
export const operationPrices: Migration = {
  version: 24,
  name: 'operation-prices',
  statements: [
    "alter table operation add column endpoint text not null default ''",
    "alter table operation add column price_version text not null default ''",
  ],
};
