// Messages to an address of the operator's own: a few wait in order, each is tried a few times, nobody waits for them.

export type WebhookOptions = {
  readonly url: string;
  /** One message was given up, after its last try or because too many wait. */
  readonly onLost: () => void;
  readonly retryMs?: readonly number[];
};

const waitingMax = 100;
const deadlineMs = 5_000;
const retriesMs: readonly number[] = [1_000, 5_000, 30_000];

/** Sends one message at a time. The address may be private, since its operator gave it; a redirect is not followed. */
export class WebhookQueue {
  readonly #options: WebhookOptions;
  readonly #waiting: string[] = [];
  readonly #stop = new AbortController();
  #isSending = false;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  /** Values of our own making: ids, closed words and instants. */
  add(message: Readonly<Record<string, string>>): void {
    if (this.#waiting.length >= waitingMax) {
      this.#waiting.shift();
      this.#options.onLost();
    }
    this.#waiting.push(JSON.stringify(message));
    void this.#send();
  }

  close(): void {
    this.#stop.abort();
    this.#waiting.length = 0;
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if (!(await this.#deliver(next)) && !this.#stop.signal.aborted) this.#options.onLost();
    }
    this.#isSending = false;
  }

  async #deliver(body: string): Promise<boolean> {
    for (const pauseMs of [0, ...(this.#options.retryMs ?? retriesMs)]) {
      await this.#pause(pauseMs);
      if (this.#stop.signal.aborted) return false;
      if (await this.#post(body)) return true;
    }
    return false;
  }

  async #post(body: string): Promise<boolean> {
    try {
      const reply = await fetch(this.#options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'fairlead' },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(deadlineMs)]),
      });
      // Nothing of what it says is read.
      await reply.body?.cancel();
      return reply.status >= 200 && reply.status < 300;
    } catch {
      // Out of reach, too slow, or we are leaving: it is tried again or given up.
      return false;
    }
  }

  #pause(ms: number): Promise<void> {
    if (ms === 0) return Promise.resolve();
    const { signal } = this.#stop;
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms).unref();
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }
}
