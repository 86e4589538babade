import type { Migration } from './migration.ts';

/** A workspace looks through its own generations, the newest first: ids are in the order of time. */
export const generationsOfWorkspace: Migration = {
  version: 28,
  name: 'generations-of-workspace',
  statements: ['create index generation_workspace on generation (workspace, id)'],
};
