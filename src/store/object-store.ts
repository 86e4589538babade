/** Objects that callers left at upstreams. */
export type ObjectStore = {
  add(
    object: StoredObject & { readonly upstream: string; readonly now: number; readonly expiresAt: number },
  ): Promise<void>;
  /** The upstream that keeps it; undefined when nobody does, or it expired, or another workspace left it. */
  find(object: StoredObject & { readonly now: number }): Promise<string | undefined>;
  remove(object: StoredObject): Promise<void>;
  /** The newest first, from behind the one that is named; all of them when that is empty. */
  list(
    page: Pick<StoredObject, 'workspace' | 'kind'> & {
      readonly after: string;
      readonly limit: number;
      readonly now: number;
    },
  ): Promise<readonly { readonly id: string; readonly upstream: string }[]>;
};

export const objectKinds = ['response', 'file', 'batch'] as const;

export type StoredObject = {
  readonly id: string;
  readonly workspace: string;
  readonly kind: (typeof objectKinds)[number];
};
