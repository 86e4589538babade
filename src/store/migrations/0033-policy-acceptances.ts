import type { Migration } from './migration.ts';

/** Which version of the policy a workspace accepted, and who did: a row is never changed. */
export const policyAcceptances: Migration = {
  version: 33,
  name: 'policy-acceptances',
  statements: [
    `create table policy_acceptance (
      workspace text not null references workspace (id),
      version text not null,
      hash text not null,
      actor text not null,
      at integer not null,
      primary key (workspace, version)
    ) strict`,
  ],
};
