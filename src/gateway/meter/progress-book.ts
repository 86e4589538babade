import { Roster } from '../roster.ts';

/** An answer under way, of which the journal hears from time to time what it would cost had it ended now. */
export type Progressing = {
  /** UTF-8 bytes of its output so far. */
  readonly outputBytes: number;
  tell(): void;
};

const eachMs = 1_000;
/** 1,000 tokens, by our own count. */
const eachBytes = 4_000;

/** Each second, and each 1,000 output tokens in between (MONEY §5), with one timer for all answers. */
export class ProgressBook {
  readonly #open = new Roster<Telling>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#look(performance.now()), eachMs / 4).unref();
  }

  begin(answer: Progressing, now: number): Telling {
    return new Telling(answer, now, this.#open);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(now: number): void {
    for (const telling of this.#open) telling.look(now);
  }
}

/** What was told of one answer so far. */
export class Telling {
  readonly #answer: Progressing;
  #toldAt: number;
  #toldBytes = 0;
  readonly #leave: () => void;
  #isOver = false;

  constructor(answer: Progressing, now: number, open: Roster<Telling>) {
    this.#answer = answer;
    this.#toldAt = now;
    this.#leave = open.enter(this);
  }

  /** More output came. */
  heard(): void {
    if (!this.#isOver && this.#answer.outputBytes - this.#toldBytes >= eachBytes) this.#tell(performance.now());
  }

  end(): void {
    this.#isOver = true;
    this.#leave();
  }

  look(now: number): void {
    if (now - this.#toldAt >= eachMs) this.#tell(now);
  }

  #tell(now: number): void {
    this.#toldAt = now;
    this.#toldBytes = this.#answer.outputBytes;
    this.#answer.tell();
  }
}
