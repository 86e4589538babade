import type { Migration } from './migration.ts';

/**
 * Addresses that are told of what happens, of a workspace or of the operator (workspace null), and what is told to each; and
 * letters to people about the same.
 */
export const webhooks: Migration = {
  version: 44,
  name: 'webhooks',
  statements: [
    `create table webhook (
      id text not null primary key,
      workspace text references workspace (id),
      url text not null,
      events text not null,
      guarded integer not null check (guarded in (0, 1)),
      sealed text not null,
      old_sealed text,
      old_until integer,
      disabled text check (disabled in ('person', 'failing', 'gone')),
      failing_since integer,
      created_at integer not null,
      changed_at integer not null
    ) strict`,
    'create index webhook_workspace on webhook (workspace)',
    // Of each webhook one for what it is about, however often and by however many keepers that is told.
    `create table webhook_delivery (
      id text not null primary key,
      webhook text not null references webhook (id),
      workspace text,
      about text not null,
      event text not null,
      body text not null,
      at integer not null,
      state text not null check (state in ('due', 'sent', 'failed')),
      tries integer not null,
      next_at integer not null,
      answer text
    ) strict`,
    'create unique index webhook_delivery_about on webhook_delivery (webhook, about)',
    'create index webhook_delivery_due on webhook_delivery (state, next_at)',
    'create index webhook_delivery_at on webhook_delivery (at)',
    // Operators who want a letter about outages.
    `create table alert_reader (
      person text not null primary key,
      since integer not null
    ) strict`,
    `create table alert_letter (
      about text not null,
      person text not null,
      event text not null,
      body text not null,
      at integer not null,
      mail text not null check (mail in ('due', 'taken', 'sent', 'failed', 'none')),
      mail_at integer not null,
      primary key (about, person)
    ) strict`,
    'create index alert_letter_person on alert_letter (person)',
    'create index alert_letter_mail on alert_letter (mail, mail_at)',
  ],
};
