import type { DroppableField } from '#core/generation/dropped.ts';

/** What had to be left out, each word once. */
export class Losses {
  readonly #words = new Set<DroppableField>();

  add(word: DroppableField): void {
    this.#words.add(word);
  }

  get list(): readonly DroppableField[] {
    return [...this.#words];
  }
}
