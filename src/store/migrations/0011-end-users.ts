import type { Migration } from './migration.ts';

/**
 * Limits of a workspace's end users. A rule stands for each of them (`end_user` is `*`); what one of them uses is counted in a
 * row of its own, made when it is first needed, under the keyed pseudonym of its name.
 */
export const endUsers: Migration = {
  version: 11,
  name: 'end-users',
  statements: [
    'alter table allowance add column rule text',
    'alter table allowance add column end_user text',
    'alter table rate add column end_user text',
    // Whoever looks for a workspace's limits must not walk over those of its end users.
    'drop index allowance_workspace',
    'create index allowance_workspace on allowance (workspace, key, rule)',
    'create index allowance_rule on allowance (rule) where rule is not null',
  ],
};
