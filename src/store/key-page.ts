import type { Nano } from '#core/money/nano.ts';
import type { KeyRow } from './store.ts';

/** Which keys of a workspace somebody wants to see, in the order of their making. */
export type KeyPageAsk = {
  readonly workspace: string;
  readonly offset: number;
  readonly limit: number;
  readonly withDisabled: boolean;
  /** In the name or among the tags, or the id or the last characters of the secret; upper and lower case are the same. */
  readonly search: string | undefined;
  readonly now: number;
};

export type KeyPage = {
  readonly rows: readonly KeyRow[];
  /** How many there are beside these, and what of them works and was paid in all. */
  readonly found: number;
  readonly working: number;
  readonly paid: Nano;
};

/** A part of the keys, where there may be ten thousand. */
export type KeyPages = {
  keyPage(ask: KeyPageAsk): Promise<KeyPage>;
  /** Every id of a workspace, and nothing else of its keys. */
  keyIds(workspace: string): Promise<readonly string[]>;
  /** Names by id; a deleted key has none. */
  keyNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

export type KeySecret = { readonly hint: string; readonly replacedAt: number; readonly until: number };
