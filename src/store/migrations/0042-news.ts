import type { Migration } from './migration.ts';

/** News by mail: who agreed to get them, to which words, when and how, until when; and what was sent to whom. */
export const news: Migration = {
  version: 42,
  name: 'news',
  statements: [
    `create table mail_consent (
      id text not null primary key,
      person text not null,
      wording integer not null,
      given_at integer not null,
      withdrawn_at integer,
      withdrawn_way text check (withdrawn_way in ('page', 'link'))
    ) strict`,
    'create unique index mail_consent_now on mail_consent (person) where withdrawn_at is null',
    'create index mail_consent_person on mail_consent (person)',
    'create table news (id text not null primary key, subject text not null, text text not null, at integer not null) strict',
    `create table news_person (
      news text not null references news (id),
      person text not null,
      mail text not null check (mail in ('due', 'taken', 'sent', 'failed', 'none')),
      mail_at integer not null,
      primary key (news, person)
    ) strict`,
    'create index news_person_person on news_person (person)',
    'create index news_person_mail on news_person (mail, mail_at)',
  ],
};
