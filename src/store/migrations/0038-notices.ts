import type { Migration } from './migration.ts';

/**
 * What people are told before it holds: versions of the policy, and who else gets data. A notice is told once; each person
 * who is a member somewhere has one row of it.
 */
export const notices: Migration = {
  version: 38,
  name: 'notices',
  statements: [
    `create table notice (
      id text not null primary key,
      kind text not null check (kind in ('policy', 'sub-processor')),
      subject text not null,
      material integer not null check (material in (0, 1)),
      at integer not null,
      effective integer not null
    ) strict`,
    'create index notice_effective on notice (effective)',
    `create table notice_person (
      notice text not null references notice (id),
      person text not null,
      at integer not null,
      seen_at integer,
      mail text not null check (mail in ('due', 'taken', 'sent', 'failed', 'none')),
      mail_at integer not null,
      primary key (notice, person)
    ) strict`,
    'create index notice_person_person on notice_person (person)',
    'create index notice_person_mail on notice_person (mail, mail_at)',
    // From the first start with a published policy on; what was configured then is from_day 0.
    `create table sub_processor (
      name text not null,
      provider text not null,
      seller text not null,
      since integer not null,
      from_day integer not null,
      reason text,
      primary key (name, provider, seller)
    ) strict`,
  ],
};
