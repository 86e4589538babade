import type { Migration } from './migration.ts';

/** What an operation took of the limits beside its wallet, in which window; what it did not use goes back there at its end. */
export const operationUses: Migration = {
  version: 30,
  name: 'operation-uses',
  statements: [
    `create table operation_use (
      operation text not null references operation (id),
      allowance text not null,
      "window" text not null,
      amount integer not null check (amount >= 0),
      primary key (operation, allowance)
    ) strict`,
  ],
};
