import type { Migration } from './migration.ts';

/** Which agreement on processing a workspace accepted, in which words, with which annexes, by whom and when. */
export const agreements: Migration = {
  version: 43,
  name: 'agreements',
  statements: [
    `create table agreement_acceptance (
      workspace text not null references workspace (id),
      version text not null,
      hash text not null,
      annexes text not null,
      operator text not null,
      actor text not null,
      at integer not null,
      primary key (workspace, version, operator)
    ) strict`,
  ],
};
