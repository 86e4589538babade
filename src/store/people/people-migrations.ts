import type { Migration } from '../migrations/migration.ts';

/**
 * The schema of `people.db`: who signs in. Names and e-mail addresses are sealed under a key of their person, and found by a
 * keyed hash; secrets are hashed, or sealed where they must be read again.
 */
export const peopleMigrations: readonly Migration[] = [
  {
    version: 1,
    name: 'people',
    statements: [
      `create table person (
        id text not null primary key,
        actor text not null unique,
        email_hash text not null unique,
        email text not null,
        name text not null,
        email_verified integer not null default 0 check (email_verified in (0, 1)),
        two_factor integer not null default 0 check (two_factor in (0, 1)),
        terms_version text,
        accepted_at integer,
        created_at integer not null,
        changed_at integer not null
      ) strict`,
      // Whoever destroys this row makes everything unreadable that was sealed for the person.
      'create table person_key (person text not null primary key, sealed text not null) strict',
      `create table session (
        id text not null primary key,
        person text not null references person (id),
        token_hash text not null unique,
        device text not null,
        expires_at integer not null,
        proved_at integer not null,
        created_at integer not null,
        changed_at integer not null
      ) strict`,
      'create index session_person on session (person)',
      'create index session_expires_at on session (expires_at)',
      `create table sign_in (
        id text not null primary key,
        person text not null references person (id),
        provider text not null,
        subject text not null,
        secret text,
        created_at integer not null,
        changed_at integer not null,
        unique (provider, subject)
      ) strict`,
      'create index sign_in_person on sign_in (person)',
      `create table proof (
        id text not null primary key,
        identifier_hash text not null,
        sealed text not null,
        expires_at integer not null,
        created_at integer not null,
        changed_at integer not null
      ) strict`,
      'create index proof_identifier on proof (identifier_hash)',
      'create index proof_expires_at on proof (expires_at)',
      `create table second_factor (
        id text not null primary key,
        person text not null unique references person (id),
        secret text not null,
        recovery text not null,
        verified integer not null default 0 check (verified in (0, 1)),
        failures integer not null default 0,
        locked_until integer
      ) strict`,
    ],
  },
  {
    version: 2,
    name: 'passkeys and new addresses',
    statements: [
      'alter table person add column address_changed_at integer',
      // What a person tells one way in from another by, such as a wallet's address; sealed.
      'alter table sign_in add column label text',
      `create table passkey (
        id text not null primary key,
        person text not null references person (id),
        credential_hash text not null unique,
        sealed text not null,
        name text not null,
        counter integer not null,
        created_at integer not null,
        used_at integer
      ) strict`,
      'create index passkey_person on passkey (person)',
      `create table new_address (
        id text not null primary key,
        person text not null unique references person (id),
        address_hash text not null,
        address text not null,
        old_hash text,
        new_hash text not null,
        old_proved_at integer,
        new_proved_at integer,
        expires_at integer not null,
        created_at integer not null
      ) strict`,
      'create index new_address_expires_at on new_address (expires_at)',
    ],
  },
  {
    version: 3,
    name: 'support messages',
    statements: [
      `create table support_message (
        id text not null primary key,
        person text not null references person (id),
        number text not null unique,
        subject text not null,
        text text not null,
        sent_at integer not null
      ) strict`,
      'create index support_message_person on support_message (person)',
    ],
  },
  {
    version: 4,
    name: 'wallets that back workspaces',
    statements: [
      `create table backing_wallet (
        workspace text not null primary key,
        person text not null references person (id),
        sign_in text not null unique,
        balance text,
        read_at integer,
        tried_at integer not null
      ) strict`,
      'create index backing_wallet_person on backing_wallet (person)',
    ],
  },
];
