/** An answer under way, of which the journal hears from time to time what it would cost had it ended now. */
export type Progressing = {
  /** UTF-8 bytes of its output so far. */
  readonly outputBytes: number;
  tell(): void;
};

type Told = { at: number; bytes: number };

const eachMs = 1_000;
/** 1,000 tokens, by our own count. */
const eachBytes = 4_000;

/** Each second, and each 1,000 output tokens in between (MONEY §5), with one timer for all answers. */
export class ProgressBook {
  readonly #open = new Map<Progressing, Told>();
  readonly #timer: NodeJS.Timeout;

  constructor() {
    this.#timer = setInterval(() => this.#look(performance.now()), eachMs / 4).unref();
  }

  begin(answer: Progressing, now: number): void {
    this.#open.set(answer, { at: now, bytes: 0 });
  }

  /** More output came. */
  heard(answer: Progressing): void {
    const told = this.#open.get(answer);
    if (told && answer.outputBytes - told.bytes >= eachBytes) tell(answer, told, performance.now());
  }

  end(answer: Progressing): void {
    this.#open.delete(answer);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #look(now: number): void {
    for (const [answer, told] of this.#open) if (now - told.at >= eachMs) tell(answer, told, now);
  }
}

function tell(answer: Progressing, told: Told, now: number): void {
  told.at = now;
  told.bytes = answer.outputBytes;
  answer.tell();
}
