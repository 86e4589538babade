import type { EndpointHint, HintStore } from '#store/hints.ts';
import type { GatewayHint, HealthAlert } from '../interface/messages.ts';

export type HealthDeskOptions = {
  readonly hints: HintStore;
  readonly now: () => number;
  /** Undefined: nobody wants to be told. */
  readonly tell: ((alert: Readonly<Record<string, string>>) => void) | undefined;
};

/** What is older says nothing any more. */
const freshMs = 1_800_000;
const credentialsMax = 1_000;

/** What gateways find of endpoints: kept for those that come, told to the others, and to people once for each outage. */
export class HealthDesk {
  readonly #options: HealthDeskOptions;
  readonly #credentialsOut = new Set<string>();
  #readUpTo: number;

  constructor(options: HealthDeskOptions) {
    this.#options = options;
    this.#readUpTo = options.now();
  }

  /** Once, before gateways come. */
  async start(): Promise<void> {
    await this.#options.hints.forget(this.#options.now() - freshMs);
  }

  async take(instance: string, hints: readonly GatewayHint[]): Promise<void> {
    if (hints.length === 0) return;
    const at = this.#options.now();
    await this.#options.hints.put(hints.map((hint) => ({ ...hint, instance, at })));
  }

  /** For a gateway that starts. */
  fresh(): Promise<readonly EndpointHint[]> {
    return this.#options.hints.since(this.#options.now() - freshMs);
  }

  /** What came since the last look, by any keeper of this store. */
  async news(): Promise<readonly EndpointHint[]> {
    const hints = await this.#options.hints.since(this.#readUpTo);
    this.#readUpTo = hints.at(-1)?.at ?? this.#readUpTo;
    return hints;
  }

  async alert(alert: HealthAlert): Promise<void> {
    const now = this.#options.now();
    if (!(await this.#isNews(alert, now))) return;
    this.#options.tell?.({ ...alert, at: new Date(now).toISOString() });
  }

  /** Several gateways meet the same outage, and one alert is enough. */
  async #isNews(alert: HealthAlert, now: number): Promise<boolean> {
    switch (alert.event) {
      case 'endpoint-out':
        return await this.#options.hints.beginOutage(alert.endpoint, now);
      case 'endpoint-back':
        return await this.#options.hints.endOutage(alert.endpoint);
      case 'credential-out': {
        const isNew = !this.#credentialsOut.has(alert.credential) && this.#credentialsOut.size < credentialsMax;
        this.#credentialsOut.add(alert.credential);
        return isNew;
      }
      case 'credential-back':
        return this.#credentialsOut.delete(alert.credential);
    }
  }
}
