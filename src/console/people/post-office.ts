import { type Mail, type SmtpOptions, SmtpSender } from '#outgoing/mail/smtp-sender.ts';

export type Letter = Mail & {
  readonly kind:
    | 'verify'
    | 'reset'
    | 'magic-link'
    | 'taken'
    | 'invitation'
    | 'identity'
    | 'address-old'
    | 'address-new'
    | 'notice'
    | 'dormancy'
    | 'news'
    | 'leak'
    | 'way-in'
    | 'alert'
    | 'support';
};

export type OutboxLetter = Letter & {
  readonly at: number;
  /** `kept`: no mail server is configured, so its operator may hand it over. */
  readonly state: 'kept' | 'waiting' | 'sent' | 'failed';
};

/** `hasReader`: false where the server said that nobody reads at its address. */
type Over = (isSent: boolean, hasReader: boolean) => void;

type Posted = { readonly entry: OutboxLetter; readonly over: Over };

type PostOfficeOptions = {
  readonly smtp: SmtpOptions | undefined;
  readonly retryMs?: readonly number[];
  now(): number;
};

const [keptMax, waitingMax] = [200, 500];
/** Shorter than the grace of a deletion: who is deleted is in no letter here any more. */
const keptMs = 7 * 86_400_000;
const lookMs = 3_600_000;
const retriesMs: readonly number[] = [2_000, 15_000, 60_000];

/**
 * Letters to people. They are sent by SMTP, a few tries each; where no server is configured they are kept in memory, the last 200,
 * for a week, so that operators can see what would have been sent. What was sent keeps no text.
 */
export class PostOffice {
  readonly #options: PostOfficeOptions;
  readonly #sender: SmtpSender | undefined;
  #letters: OutboxLetter[] = [];
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: PostOfficeOptions) {
    this.#options = options;
    this.#sender = options.smtp && new SmtpSender(options.smtp);
    setInterval(() => this.#dropOld(), lookMs).unref();
  }

  get sends(): boolean {
    return this.#sender !== undefined;
  }

  /** The newest first. */
  get outbox(): readonly OutboxLetter[] {
    this.#dropOld();
    return this.#letters.toReversed();
  }

  /** Nobody waits for the server: what became of it stands in the outbox. */
  post(letter: Letter, over: Over = () => {}): void {
    const at = this.#options.now();
    if (!this.#sender) return this.#keep({ ...letter, at, state: 'kept' });
    const entry: OutboxLetter = { ...letter, at, state: 'waiting' };
    this.#keep(entry);
    if (this.#waiting >= waitingMax) {
      this.#mark(entry, 'failed');
      return over(false, true);
    }
    this.#waiting += 1;
    this.#line(this.#sender, { entry, over }, 0);
  }

  /** One after the other; whoever waits for another try stands in nobody's way. */
  #line(sender: SmtpSender, posted: Posted, tried: number): void {
    this.#last = this.#last.then(() => this.#send(sender, posted, tried));
  }

  async #send(sender: SmtpSender, posted: Posted, tried: number): Promise<void> {
    const pauseMs = (this.#options.retryMs ?? retriesMs)[tried];
    try {
      const became = await sender.send(posted.entry);
      this.#over(posted, became === 'taken' ? 'sent' : 'failed', became !== 'no-reader');
    } catch {
      // The next try, or the outbox, says so.
      if (pauseMs === undefined) return this.#over(posted, 'failed');
      setTimeout(() => this.#line(sender, posted, tried + 1), pauseMs).unref();
    }
  }

  #over({ entry, over }: Posted, state: 'sent' | 'failed', hasReader = true): void {
    this.#waiting -= 1;
    this.#mark(entry, state);
    over(state === 'sent', hasReader);
  }

  #keep(entry: OutboxLetter): void {
    this.#letters.push(entry);
    if (this.#letters.length > keptMax) this.#letters.shift();
  }

  #dropOld(): void {
    const since = this.#options.now() - keptMs;
    this.#letters = this.#letters.filter(({ at }) => at > since);
  }

  #mark(entry: OutboxLetter, state: 'sent' | 'failed'): void {
    const text = state === 'sent' ? '' : entry.text;
    this.#letters = this.#letters.map((each) => (each === entry ? { ...entry, state, text } : each));
  }
}
