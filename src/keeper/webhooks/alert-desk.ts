import { WebhookQueue } from '#outgoing/webhooks/webhook-queue.ts';
import type { AlertStore } from '#store/alert-store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import { tellEvent } from './tell-event.ts';

export type TellAlert = (alert: Readonly<Record<string, string>>) => void;

type AlertDeskOptions = {
  readonly alerts: AlertStore;
  /** The address of `alerts.webhook`; undefined: there is none. */
  readonly url: string | undefined;
  readonly log: KeeperLog;
  now(): number;
};

const waitingMax = 1_000;

/** Where everything goes that people are to hear of: the address of the configuration, webhooks, and letters. Nobody waits for it. */
export class AlertDesk {
  readonly #options: AlertDeskOptions;
  readonly #queue: WebhookQueue | undefined;
  #waiting = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: AlertDeskOptions) {
    const { url, log } = options;
    this.#options = options;
    this.#queue = url === undefined ? undefined : new WebhookQueue({ url, onLost: () => log('alert-not-sent') });
  }

  readonly tell: TellAlert = (alert) => {
    this.#queue?.add(alert);
    if (this.#waiting >= waitingMax) return this.#options.log('alert-not-sent');
    this.#waiting += 1;
    this.#last = this.#last.then(() => this.#enter(alert));
  };

  async close(): Promise<void> {
    this.#queue?.close();
    await this.#last;
  }

  async #enter(alert: Readonly<Record<string, string>>): Promise<void> {
    const { alerts, log, now } = this.#options;
    try {
      await tellEvent(alerts, alert, now());
    } catch (thrown) {
      log('keeper-task-failed', { task: 'alert', ...faultFields(thrown) });
    } finally {
      this.#waiting -= 1;
    }
  }
}
