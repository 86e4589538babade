/** Where a begun generation and an unposted `end` lie: a segment goes when nothing of either is left in it. */
export class SegmentBook {
  readonly #open = new Map<number, number>();
  readonly #begun = new Map<string, number>();

  began(generation: string, segment: number): void {
    this.#drop(this.#begun.get(generation));
    this.#begun.set(generation, segment);
    this.#hold(segment);
  }

  ended(generation: string, segment: number): void {
    this.#drop(this.#begun.get(generation));
    this.#begun.delete(generation);
    this.#hold(segment);
  }

  posted(segment: number): void {
    this.#drop(segment);
  }

  /** An unposted `end` was written once more, elsewhere. */
  moved(source: number, target: number): void {
    this.#drop(source);
    this.#hold(target);
  }

  isBegun(generation: string): boolean {
    return this.#begun.has(generation);
  }

  isFree(segment: number): boolean {
    return !this.#open.has(segment);
  }

  #hold(segment: number): void {
    this.#open.set(segment, (this.#open.get(segment) ?? 0) + 1);
  }

  #drop(segment: number | undefined): void {
    if (segment === undefined) return;
    const left = (this.#open.get(segment) ?? 0) - 1;
    if (left > 0) this.#open.set(segment, left);
    else this.#open.delete(segment);
  }
}
