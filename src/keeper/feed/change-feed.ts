import type { ChangeStore, StoredChange } from '#store/change-feed-store.ts';
import type { Change } from '../interface/messages.ts';

const pageMax = 1_000;
/** Whoever is too far behind, and what concerns every caller. */
const everything = 'all';

export type FeedEvents = {
  /** Gateways drop what they cached about it. */
  changed(sequence: number, changes: readonly Change[]): void;
  /** Another keeper, or this one, asks for what gateways do not need. */
  recalled(what: string): void;
};

/** Reads on in the change feed and tells each page to whoever listens. */
export class ChangeFeed {
  readonly #changes: ChangeStore;
  readonly #events: FeedEvents;
  #sequence: number;
  #reading: Promise<void> = Promise.resolve();

  /** @param from the sequence up to which everybody knows everything. */
  constructor(changes: ChangeStore, from: number, events: FeedEvents) {
    this.#changes = changes;
    this.#sequence = from;
    this.#events = events;
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
      for (const { kind, id } of page) if (kind === 'recall') this.#events.recalled(id);
      this.#events.changed(last.sequence, page.flatMap(toChange));
      if (page.length < pageMax) return;
    }
  }
}

function toChange({ kind, id }: StoredChange): readonly Change[] {
  switch (kind) {
    case 'key':
      return [{ kind, id }];
    case 'workspace':
      return [{ kind, id }];
    case 'catalogue':
      return id === everything ? [{ kind }, { kind: everything }] : [{ kind }];
    case 'recall':
      return [];
  }
}
