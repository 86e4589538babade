/**
 * Who is inside now, in no order. A `Set` that thousands enter and leave leaves tables behind, each of which knows the next;
 * once the collector has taken one for old, all that stood in the later ones lives on until it looks at the old again. Here a
 * place that is left is empty.
 */
export class Roster<T> {
  readonly #places: (T | undefined)[] = [];
  readonly #free: number[] = [];

  /** Returns how to leave; leaving twice is leaving once. */
  enter(one: T): () => void {
    const place = this.#free.pop() ?? this.#places.length;
    this.#places[place] = one;
    let isInside = true;
    return () => {
      if (!isInside) return;
      isInside = false;
      this.#places[place] = undefined;
      this.#free.push(place);
    };
  }

  *[Symbol.iterator](): IterableIterator<T> {
    for (const one of this.#places) if (one !== undefined) yield one;
  }
}
