import type { Migration } from './migration.ts';

const units = ['audio_input', 'audio_output', 'audio_seconds', 'images'] as const;

/** Audio and pictures are counted, and files and batches are objects that an upstream keeps, as responses are. */
export const media: Migration = {
  version: 4,
  name: 'media',
  statements: [
    ...['settlement', 'generation'].flatMap((table) =>
      units.map((unit) => `alter table ${table} add column ${unit} integer not null default 0 check (${unit} >= 0)`),
    ),
    `create table upstream_object_2 (
      id text not null,
      workspace text not null references workspace (id),
      kind text not null check (kind in ('response', 'file', 'batch')),
      upstream text not null,
      created_at integer not null,
      expires_at integer not null,
      primary key (workspace, id)
    ) strict`,
    'insert into upstream_object_2 select id, workspace, kind, upstream, created_at, expires_at from upstream_object',
    'drop table upstream_object',
    'alter table upstream_object_2 rename to upstream_object',
    'create index upstream_object_expires_at on upstream_object (expires_at)',
  ],
};
