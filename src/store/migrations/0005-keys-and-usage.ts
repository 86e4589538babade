import type { Migration } from './migration.ts';

const counts = [
  ...['requests', 'failed', 'input', 'cached_input', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'],
  ...['audio_input', 'audio_output', 'audio_seconds', 'images', 'charge'],
];

const others = ['timed_out', 'upstream_cut', 'stalled', 'drained', 'crashed'].map((end) => `'${end}'`).join(', ');

/** Keys that manage others, keys that were deleted, limits that changed; usage by the hour, for reports. */
export const keysAndUsage: Migration = {
  version: 5,
  name: 'keys-and-usage',
  statements: [
    `alter table key add column role text not null default 'inference' check (role in ('inference', 'management'))`,
    'alter table key add column changed_at integer',
    'alter table key add column deleted_at integer',
    // A limit that was taken away: its windows stay, since leases and settlements name them.
    'alter table allowance add column ended_at integer',
    // An hour is a number of them since 1970. Nobody answered: the endpoint is the empty text.
    `create table usage_hour (
      workspace text not null,
      hour integer not null,
      key text not null,
      model text not null,
      endpoint text not null,
      ${counts.map((count) => `${count} integer not null default 0`).join(',\n      ')},
      primary key (workspace, hour, key, model, endpoint)
    ) strict, without rowid`,
    'create index usage_hour_key on usage_hour (key, hour)',
    `insert into usage_hour (workspace, hour, key, model, endpoint, ${counts.join(', ')})
      select workspace, ended_at / 3600000, key, model, coalesce(endpoint, ''), count(*),
        sum(case when end_reason in ('failed', ${others}) then 1 else 0 end),
        ${counts
          .slice(2, -1)
          .map((count) => `sum(${count})`)
          .join(', ')}, sum(payable)
      from generation group by workspace, ended_at / 3600000, key, model, coalesce(endpoint, '')`,
    // What a key has used in its whole life, which is longer than the usage log.
    `create table key_usage (
      key text not null primary key,
      requests integer not null default 0,
      charge integer not null default 0
    ) strict`,
    'insert into key_usage (key, requests, charge) select key, count(*), sum(payable) from generation group by key',
  ],
};
