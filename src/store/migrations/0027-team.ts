import type { Migration } from './migration.ts';

/** Invitations, and the log of what people changed: each entry holds the hash of the one before it, and none is ever changed. */
export const team: Migration = {
  version: 27,
  name: 'team',
  statements: [
    `create table invitation (
      id text not null primary key,
      workspace text not null references workspace (id),
      role text not null check (role in ('owner', 'admin', 'developer', 'billing', 'viewer')),
      email text not null,
      email_hash text not null,
      token_hash text not null unique,
      invited_by text not null,
      state text not null check (state in ('open', 'accepted', 'revoked')),
      created_at integer not null,
      expires_at integer not null
    ) strict`,
    'create index invitation_workspace on invitation (workspace, created_at)',
    `create table audit_entry (
      scope text not null,
      place integer not null,
      at integer not null,
      actor text not null,
      action text not null,
      target text not null,
      outcome text not null,
      previous text not null,
      hash text not null,
      primary key (scope, place)
    ) strict`,
    `create table audit_head (scope text not null primary key, size integer not null, hash text not null) strict`,
    {
      sqlite: [
        `create trigger audit_entry_is_final before update on audit_entry
        begin select raise(abort, 'audit_entry is never changed'); end`,
        `create trigger audit_entry_stays before delete on audit_entry
        begin select raise(abort, 'audit_entry is never deleted'); end`,
      ],
      postgres: [
        `create trigger audit_entry_is_final before update on audit_entry
        for each row execute function refuse_change('changed')`,
        `create trigger audit_entry_stays before delete on audit_entry
        for each row execute function refuse_change('deleted')`,
        `create trigger audit_entry_is_kept before truncate on audit_entry
        for each statement execute function refuse_change('deleted')`,
      ],
    },
  ],
};
