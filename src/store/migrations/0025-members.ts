import type { Migration } from './migration.ts';

/** Who may do what: a person's role in a workspace, and the operator's roles apart. Persons themselves live in people.db. */
export const members: Migration = {
  version: 25,
  name: 'members',
  statements: [
    `create table member (
      workspace text not null references workspace (id),
      person text not null,
      role text not null check (role in ('owner', 'admin', 'developer', 'billing', 'viewer')),
      since integer not null,
      primary key (workspace, person)
    ) strict`,
    'create index member_person on member (person)',
    `create table operator_role (
      person text not null,
      role text not null check (role in ('operator', 'support', 'finance', 'privacy')),
      since integer not null,
      primary key (person, role)
    ) strict`,
  ],
};
