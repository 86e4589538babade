import type { Migration } from './migration.ts';

/** Keys that get a new secret while the old one still works for a while; words to add usage up by; limits nearly reached. */
export const rotationAndWarnings: Migration = {
  version: 17,
  name: 'rotation-and-warnings',
  statements: [
    // Secrets that a key had before. `until`: it works up to then.
    `create table key_secret (
      hash text not null primary key,
      key text not null references key (id),
      hint text not null,
      replaced_at integer not null,
      until integer not null
    ) strict`,
    'create index key_secret_key on key_secret (key)',
    // Words with commas between.
    `alter table key add column tags text not null default ''`,
    // Of each window and level one. `told`: log and webhook have it.
    `create table allowance_warning (
      allowance text not null references allowance (id),
      "window" text not null,
      level integer not null,
      at integer not null,
      used integer not null,
      "limit" integer not null,
      told integer not null default 0 check (told in (0, 1)),
      primary key (allowance, "window", level)
    ) strict, without rowid`,
    'create index allowance_warning_untold on allowance_warning (at) where told = 0',
  ],
};
