import type { Migration } from './migration.ts';

const place = 'key, model, endpoint';
const counts = [
  ...['requests', 'failed', 'input', 'cached_input', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'],
  ...['audio_input', 'audio_output', 'audio_seconds', 'images', 'charge', 'own_key_cost'],
];

/** Usage by the day, from that by the hour: most reports ask for days. The usage log by the time at which generations ended. */
export const usageByDay: Migration = {
  version: 18,
  name: 'usage-by-day',
  statements: [
    // A day is a number of them since 1970.
    `create table usage_day (
      workspace text not null,
      day integer not null,
      key text not null,
      model text not null,
      endpoint text not null,
      ${counts.map((count) => `${count} integer not null default 0`).join(',\n      ')},
      primary key (workspace, day, ${place})
    ) strict, without rowid`,
    'create index usage_day_key on usage_day (key, day)',
    'create index usage_day_day on usage_day (day)',
    `insert into usage_day (workspace, day, ${place}, ${counts.join(', ')})
      select workspace, hour / 24, ${place}, ${counts.map((count) => `sum(${count})`).join(', ')}
      from usage_hour group by workspace, hour / 24, ${place}`,
    'create index usage_hour_hour on usage_hour (hour)',
    'create index generation_ended_at on generation (ended_at)',
  ],
};
