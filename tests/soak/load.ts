import { setTimeout as sleep } from 'node:timers/promises';
import { ask, call, openCall } from '../journeys/caller.ts';
import { readStream } from '../journeys/read-stream.ts';

export type Kind = 'whole' | 'stream' | 'abort' | 'failover' | 'visit';

export type Counts = Record<Kind, { sent: number; failed: number }> & { left: number; failedOver: number };

export type Target = { readonly url: string; readonly key: string; readonly perSecond: number };

/** Of twenty callers. */
const mix: readonly Kind[] = [
  ...Array<Kind>(9).fill('whole'),
  ...Array<Kind>(5).fill('stream'),
  ...Array<Kind>(2).fill('abort'),
  ...Array<Kind>(2).fill('failover'),
  ...Array<Kind>(2).fill('visit'),
];
/** One for each way to break; several, since what fails again and again is not asked for a while. */
export const brokenWays = ['reset-before-head', 'http-500', 'html', 'empty'];
const openMax = 300;
const visits = ['/', '/console', '/privacy', '/trust', '/openapi.json', '/v1/models', '/api/v1/credits'];

/** Callers of every kind, so many a second, whether or not those before them have their answer; some leave. */
export class SoakLoad {
  readonly #target: Target;
  readonly counts: Counts = {
    whole: { sent: 0, failed: 0 },
    stream: { sent: 0, failed: 0 },
    abort: { sent: 0, failed: 0 },
    failover: { sent: 0, failed: 0 },
    visit: { sent: 0, failed: 0 },
    left: 0,
    failedOver: 0,
  };
  readonly #open = new Set<Promise<void>>();
  #made = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  /** Resolves when everybody has an answer, `forMs` after it began. */
  async run(forMs: number): Promise<void> {
    const startedAt = performance.now();
    for (let sinceMs = 0; sinceMs < forMs; sinceMs = performance.now() - startedAt) {
      const due = Math.floor((sinceMs / 1_000) * this.#target.perSecond);
      for (; this.#made < due; this.#made += 1) this.#next();
      await sleep(10);
    }
    await Promise.all(this.#open);
  }

  #next(): void {
    // The machine is too slow for so many: no queue of our own grows instead.
    if (this.#open.size >= openMax) {
      this.counts.left += 1;
      return;
    }
    const kind = mix[this.#made % mix.length] ?? 'whole';
    const count = this.counts[kind];
    count.sent += 1;
    const done = this.#send(kind)
      .then((isFine) => {
        if (!isFine) count.failed += 1;
      })
      .finally(() => this.#open.delete(done));
    this.#open.add(done);
  }

  #send(kind: Kind): Promise<boolean> {
    const { url, key } = this.#target;
    switch (kind) {
      case 'whole':
        return call({ url, key, body: ask('soak/plain') }).then(({ status, isWhole }) => status === 200 && isWhole);
      case 'stream':
        return call({ url, key, body: ask('soak/plain', { stream: true }) }).then(
          ({ body }) => readStream(body).isDone,
        );
      case 'abort':
        return this.#abort();
      case 'failover':
        return this.#failOver();
      case 'visit': {
        const path = visits[this.#made % visits.length] ?? '/';
        return call({ url, key, path, method: 'GET' }).then(({ status }) => status > 0 && status < 400);
      }
    }
  }

  /** Leaves after the first word, or a moment before it. */
  async #abort(): Promise<boolean> {
    const { url, key } = this.#target;
    const open = openCall({ url, key, body: ask('soak/slow', { stream: true }) });
    const waits = (this.#made * 37) % 400;
    await Promise.race([open.began.catch(() => {}), sleep(waits)]);
    open.leave();
    return (await open.reply).isWhole === false;
  }

  async #failOver(): Promise<boolean> {
    const { url, key } = this.#target;
    const { status, headers } = await call({
      url,
      key,
      body: ask(`soak/${brokenWays[this.#made % brokenWays.length]}`),
    });
    if (headers['x-fairlead-attempts'] === '2') this.counts.failedOver += 1;
    return status === 200;
  }
}
