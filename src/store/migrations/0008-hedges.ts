import type { Migration } from './migration.ts';

/** Who was asked beside the endpoint that answered, and was slower, is paid by the operator. */
export const hedges: Migration = {
  version: 8,
  name: 'hedges',
  statements: [`insert into account (id, kind, currency, exponent) values ('loss:hedge', 'loss', 'USD', 9)`],
};
