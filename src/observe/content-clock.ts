/** Where a request's content is while it lives in memory; `held`: an answer that is kept back to its end. */
export const contentStages = ['receive', 'admit', 'answer', 'conclude', 'held'] as const;

export type ContentStage = (typeof contentStages)[number];

const placeOf = Object.fromEntries(contentStages.map((stage, place) => [stage, place])) as Readonly<
  Record<ContentStage, number>
>;

/** How long content lives in this process: byte-milliseconds by stage, and how many bytes live now. */
export class ContentClock {
  readonly #lived = new Float64Array(contentStages.length);
  /** Of requests that are served now. */
  bytes = 0;

  /** @param since monotonic milliseconds at which its first byte came. */
  begin(since: number): ContentLife {
    return new ContentLife(this, since);
  }

  add(stage: ContentStage, byteMs: number): void {
    const place = placeOf[stage];
    this.#lived[place] = (this.#lived[place] ?? 0) + byteMs;
  }

  /** Since the start. */
  byteSeconds(stage: ContentStage): number {
    return (this.#lived[placeOf[stage]] ?? 0) / 1_000;
  }
}

/** One request's content, from its first byte until it is let go: a subtraction and an addition for each stage. */
export class ContentLife {
  readonly #clock: ContentClock;
  #since: number;
  #stage: ContentStage = 'receive';
  #bytes = 0;

  constructor(clock: ContentClock, since: number) {
    this.#clock = clock;
    this.#since = since;
  }

  /** It is here whole; while it came there was less of it, so this is the most that it can have been. */
  received(bytes: number): void {
    this.#bytes = bytes;
    this.#clock.bytes += bytes;
    this.reaches('admit');
  }

  reaches(stage: ContentStage): void {
    const now = performance.now();
    this.#clock.add(this.#stage, this.#bytes * (now - this.#since));
    this.#since = now;
    this.#stage = stage;
  }

  [Symbol.dispose](): void {
    this.reaches(this.#stage);
    this.#clock.bytes -= this.#bytes;
  }
}
