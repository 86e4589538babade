import type { ChangeStore, StoredChange } from '#store/store.ts';
import type { Change } from './interface/messages.ts';

const pageMax = 1_000;

/** Reads on in the change feed and tells each page to whoever listens: gateways drop what they cached about it. */
export class ChangeFeed {
  readonly #changes: ChangeStore;
  readonly #tell: (sequence: number, changes: readonly Change[]) => void;
  #sequence: number;
  #reading: Promise<void> = Promise.resolve();

  /** @param from the sequence up to which everybody knows everything. */
  constructor(changes: ChangeStore, from: number, tell: (sequence: number, changes: readonly Change[]) => void) {
    this.#changes = changes;
    this.#sequence = from;
    this.#tell = tell;
  }

  /** All changes up to here were told. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Tells what is new. One reader at a time, so that sequences are told in order. */
  read(): Promise<void> {
    this.#reading = this.#reading.catch(() => {}).then(() => this.#readPages());
    return this.#reading;
  }

  async #readPages(): Promise<void> {
    for (;;) {
      const page = await this.#changes.since(this.#sequence, pageMax);
      const last = page.at(-1);
      if (!last) return;
      this.#sequence = last.sequence;
      this.#tell(last.sequence, page.map(toChange));
      if (page.length < pageMax) return;
    }
  }
}

function toChange({ kind, id }: StoredChange): Change {
  switch (kind) {
    case 'key':
      return { kind, id };
    case 'workspace':
      return { kind, id };
    case 'catalogue':
      return { kind };
  }
}
