import { firstTables } from './0001-first-tables.ts';
import type { Migration } from './migration.ts';

/** Every step that this code knows, in order. */
export const allMigrations: readonly Migration[] = [firstTables];
