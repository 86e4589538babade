import { failingMsMax, retryAfterMs } from '#core/privacy/notices/told-events.ts';
import { FetchRefused, guardedFetch } from '#outgoing/guarded-fetch.ts';
import { signWebhook } from '#outgoing/webhooks/sign-webhook.ts';
import type { AlertStore, DueDelivery, Webhook } from '#store/alert-store.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import { secretsOf } from './webhook-secrets.ts';

export type WebhookPostOptions = {
  readonly alerts: AlertStore;
  readonly pepper: Uint8Array;
  readonly log: KeeperLog;
  /** How often it looks for what is due, in milliseconds; left out: each second. */
  readonly everyMs?: number;
  now(): number;
};

const everyMsOtherwise = 1_000;
const tidyEveryMs = 60_000;
const openMax = 16;
const deadlineMs = 10_000;
/** Whoever took one has its answer by then, or is gone. */
const againAfterMs = 60_000;
const keptMs = 90 * 86_400_000;
const lettersKeptMs = 14 * 86_400_000;
/** Fewer tries of one message say nothing about a long failure. */
const triesMin = 3;

/** Sends what webhooks are to be told: some addresses at once, to each one message after the other. */
export class WebhookPost {
  readonly #options: WebhookPostOptions;
  readonly #open = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #timers: readonly NodeJS.Timeout[] = [];
  #taking: Promise<void> | undefined;

  constructor(options: WebhookPostOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#turn(), this.#options.everyMs ?? everyMsOtherwise).unref(),
      setInterval(() => this.#safely('webhook-tidy', () => this.#tidy()), tidyEveryMs).unref(),
    ];
    void this.#safely('webhook-tidy', () => this.#tidy());
  }

  /** What is on its way is given up here, and sent by whoever comes next. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#stop.abort();
    await this.#taking;
    await Promise.all(this.#open.values());
  }

  #turn(): void {
    this.#taking ??= this.#safely('webhooks', () => this.#take()).finally(() => {
      this.#taking = undefined;
    });
  }

  async #take(): Promise<void> {
    const { alerts, now } = this.#options;
    const max = openMax - this.#open.size;
    if (max <= 0 || this.#stop.signal.aborted) return;
    for (const due of await alerts.takeDue({ max, now: now(), againAfterMs, busy: [...this.#open.keys()] })) {
      const { id } = due.webhook;
      const sending = this.#safely('webhook-send', () => this.#send(due)).finally(() => {
        this.#open.delete(id);
        if (!this.#stop.signal.aborted) this.#turn();
      });
      this.#open.set(id, sending);
    }
  }

  async #tidy(): Promise<void> {
    const { alerts, now } = this.#options;
    await alerts.tellNotices(now());
    await alerts.forget({ deliveries: now() - keptMs, letters: now() - lettersKeptMs });
  }

  async #send({ id, event, body, tries, webhook }: DueDelivery): Promise<void> {
    const { alerts, now } = this.#options;
    const answer = await this.#post(id, body, webhook);
    if (this.#stop.signal.aborted && answer === 'late') return;
    const isSent = /^2\d\d$/.test(answer);
    const pauseMs = isSent || event === 'webhook-test' ? undefined : retryAfterMs(tries);
    // Up to a tenth later, so that what failed together does not come back together.
    const nextAt = pauseMs === undefined ? null : now() + Math.round(pauseMs * (1 + Math.random() / 10));
    await alerts.ended({ id, webhook: webhook.id, isSent, answer, nextAt, now: now() });
    if (isSent) return;
    const isLong = webhook.failingSince !== null && now() - webhook.failingSince >= failingMsMax && tries >= triesMin;
    if (answer === '410' || isLong) await this.#giveUp(webhook, answer === '410' ? 'gone' : 'failing');
  }

  /** A status, or a closed word. Nothing of what it says is kept. */
  async #post(id: string, body: string, webhook: Webhook): Promise<string> {
    const { pepper, now } = this.#options;
    const secrets = secretsOf(pepper, webhook, now());
    if (secrets.length === 0) return 'unsigned';
    try {
      const { status } = await guardedFetch(webhook.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...signWebhook({ id, at: now(), body }, secrets) },
        body,
        isOperators: !webhook.isGuarded,
        deadlineMs,
        signal: this.#stop.signal,
      });
      return String(status);
    } catch (thrown) {
      // Why nothing came is said in closed words; it is tried again.
      return thrown instanceof FetchRefused ? thrown.reason : 'unreachable';
    }
  }

  async #giveUp(webhook: Webhook, why: 'failing' | 'gone'): Promise<void> {
    const { alerts, log, now } = this.#options;
    if (!(await alerts.giveUp(webhook.id, why, now()))) return;
    log('webhook-disabled', { workspace: webhook.workspace, reason: why });
    const body = JSON.stringify({ webhook: webhook.id, workspace: webhook.workspace, why });
    const letter = { about: `webhook ${webhook.id} ${now()}`, event: 'webhook-disabled', body };
    const people = await alerts.leaders(webhook.workspace);
    await alerts.write(
      people.map((person) => ({ ...letter, person })),
      now(),
    );
  }

  async #safely(task: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      this.#options.log('keeper-task-failed', { task, ...faultFields(thrown) });
    }
  }
}
