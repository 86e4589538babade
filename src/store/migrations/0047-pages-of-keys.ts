import type { Migration } from './migration.ts';

/** A workspace with ten thousand keys looks through them a page at a time, in the order of their making. */
export const pagesOfKeys: Migration = {
  version: 47,
  name: 'pages-of-keys',
  statements: ['create index key_workspace_created on key (workspace, created_at, id)'],
};
