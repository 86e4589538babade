import type { KnownRoots } from '#core/trust/merkle-tree.ts';
import type { TrustStore } from '#store/trust-store.ts';

/** 32 bytes each, and about as much for what is above them. Of a longer log the rest is read each time. */
const leavesMax = 500_000;

/** The leaves of the log, which only grows: anybody may ask for a proof, and nobody reads it all for each. */
export class LogLeaves {
  readonly #store: Pick<TrustStore, 'leaves'>;
  readonly #leaves: Uint8Array[] = [];
  readonly #roots = new Map<string, Uint8Array>();
  readonly known: KnownRoots = {
    find: (from, size) => this.#roots.get(`${from} ${size}`),
    keep: (from, size, root) => {
      if (this.#roots.size < leavesMax) this.#roots.set(`${from} ${size}`, root);
    },
  };

  constructor(store: Pick<TrustStore, 'leaves'>) {
    this.#store = store;
  }

  /** Those of the first `size` entries. */
  async first(size: number): Promise<readonly Uint8Array[]> {
    const have = this.#leaves.length;
    const more = size > have ? await this.#store.leaves(size, have) : [];
    // Somebody else may have read the same meanwhile.
    if (this.#leaves.length === have) {
      for (const leaf of more) if (this.#leaves.length < leavesMax) this.#leaves.push(leaf);
    }
    return [...this.#leaves.slice(0, Math.min(size, have)), ...more];
  }
}
