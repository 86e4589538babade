import type { OwnKeyUse } from '#core/routing/own-key.ts';

/** Workspaces' own keys at providers: what the store has of them is sealed, and opens nowhere but in the keeper. */
export type OwnKeyStore = {
  add(key: NewOwnKey): Promise<OwnKeyRecord>;
  /** In the order in which they are asked. */
  list(workspace: string): Promise<readonly OwnKeyRecord[]>;
  /** Undefined: this workspace has no such key. */
  change(
    key: { readonly id: string; readonly workspace: string },
    change: OwnKeyChange,
  ): Promise<OwnKeyRecord | undefined>;
  /** False: this workspace has no such key. */
  remove(key: { readonly id: string; readonly workspace: string; readonly now: number }): Promise<boolean>;
};

export type OwnKeyRecord = {
  readonly id: string;
  readonly workspace: string;
  readonly upstream: string;
  /** Of the address that it was given for. */
  readonly origin: string;
  readonly name: string;
  readonly use: OwnKeyUse;
  /** The smaller is asked first. */
  readonly place: number;
  /** Public models that it serves; null: all. */
  readonly models: readonly string[] | null;
  /** Ids of the workspace's keys that may use it; null: all. */
  readonly keys: readonly string[] | null;
  readonly disabled: boolean;
  readonly sealed: string;
  /** The last four characters, so that people can tell keys apart. */
  readonly hint: string;
  readonly createdAt: number;
  readonly changedAt: number;
};

export type NewOwnKey = Omit<OwnKeyRecord, 'createdAt' | 'changedAt'> & { readonly now: number };

/** What is left out stays. */
export type OwnKeyChange = Partial<
  Pick<OwnKeyRecord, 'name' | 'use' | 'place' | 'models' | 'keys' | 'disabled' | 'sealed' | 'hint' | 'origin'>
> & { readonly now: number };
