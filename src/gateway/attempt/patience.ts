/**
 * Rings when nothing was heard for so long, again and again until it is stopped. What is heard costs a look at the clock: a
 * timer that is set anew for each piece of a stream costs ten times as much.
 */
export class Patience {
  readonly #ms: number;
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | undefined;
  #heardAt = performance.now();

  constructor(ms: number, ring: () => void) {
    this.#ms = ms;
    this.#ring = ring;
    this.#wait(ms);
  }

  heard(): void {
    this.#heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => this.#look(), Math.ceil(ms));
  }

  #look(): void {
    const leftMs = this.#heardAt + this.#ms - performance.now();
    if (leftMs > 0) return this.#wait(leftMs);
    this.heard();
    this.#wait(this.#ms);
    this.#ring();
  }
}
