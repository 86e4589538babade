import type { Answer, KeeperLink, Question } from '#gateway/keeper-link.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';

/**
 * A gateway's ordered stream to its keeper. Nothing moves by itself: messages are delivered one by one, an answer may be
 * waited for too long, and a cut takes everything that was on its way.
 */
export class Wire {
  isUp = false;
  readonly toKeeper: ToKeeper[] = [];
  readonly toGateway: FromKeeper[] = [];
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>();
  #asked = 0;

  /** The class has private fields, so nothing else fits its type; a lease book uses these two of its methods alone. */
  get link(): KeeperLink {
    const line: Pick<KeeperLink, 'ask' | 'say'> = {
      ask: (question) => this.ask(question),
      say: (message) => this.say(message),
    };
    return line as KeeperLink;
  }

  ask(question: Question): Promise<Answer | undefined> {
    if (!this.isUp) return Promise.resolve(undefined);
    const ask = ++this.#asked;
    this.toKeeper.push({ ...question, ask } as ToKeeper);
    return new Promise((resolve) => this.#waiting.set(ask, resolve));
  }

  say(message: ToKeeper): void {
    if (this.isUp) this.toKeeper.push(message);
  }

  /** One message from the keeper; gives it back when it is no answer. */
  hear(): FromKeeper | undefined {
    const message = this.toGateway.shift();
    if (!message || !('ask' in message)) return message;
    this.#waiting.get(message.ask)?.(message as Answer);
    this.#waiting.delete(message.ask);
    return message;
  }

  /** Nobody waits for what was asked any more; it may be answered all the same. */
  timeOut(): void {
    for (const resolve of this.#waiting.values()) resolve(undefined);
    this.#waiting.clear();
  }

  cut(): void {
    this.isUp = false;
    this.toKeeper.length = 0;
    this.toGateway.length = 0;
    this.timeOut();
  }
}
