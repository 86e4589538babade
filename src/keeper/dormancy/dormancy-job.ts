import { type DormancyRules, dormantSince, secondLetterDays } from '#core/privacy/dormancy.ts';
import type { StorePlace } from '#store/open-store.ts';
import { openPeopleErasure } from '#store/people/people-erasure.ts';
import type { Store } from '#store/store.ts';
import { repeatTask } from '../jobs/repeat-task.ts';
import type { KeeperLog } from '../keeper-log.ts';
import type { PolicyShelf } from '../trust/policy-shelf.ts';

const everyMs = 600_000;
const leadMs = 60_000;
const dayMs = 86_400_000;
const enteredAtOnce = 500;

export type DormancyContext = {
  readonly store: Pick<Store, 'jobs' | 'dormancy'>;
  readonly place: StorePlace;
  readonly policies: Pick<PolicyShelf, 'inForce'>;
  readonly holder: string;
  readonly log: KeeperLog;
  now(): number;
};

/** Looks for accounts that are not used any more: at the start, and each ten minutes. Letters and closing are the console's. */
export function startDormancyJob(context: DormancyContext): { stop(): Promise<void> } {
  const job = new DormancyJob(context);
  return repeatTask({ task: 'dormancy', everyMs, log: context.log, step: () => job.step() });
}

export class DormancyJob {
  readonly #context: DormancyContext;
  #entered = Number.NEGATIVE_INFINITY;

  constructor(context: DormancyContext) {
    this.#context = context;
  }

  async step(): Promise<void> {
    const { store, holder, policies, now } = this.#context;
    const at = now();
    const rules = dormancyInForce(policies, at);
    if (!rules || !(await store.jobs.lead('dormancy', holder, at + leadMs, at))) return;
    if (Math.abs(at - this.#entered) >= dayMs) await this.#enterAll(at);
    const secondLetterMs = secondLetterDays * dayMs;
    await store.dormancy.advance({ dormantSince: dormantSince(at, rules.months), secondLetterMs, now: at });
  }

  /** Whoever has an account, and never came while this was counted. */
  async #enterAll(at: number): Promise<void> {
    const { store, place } = this.#context;
    const people = await openPeopleErasure(place);
    try {
      const persons = (await people?.persons()) ?? [];
      for (let from = 0; from < persons.length; from += enteredAtOnce) {
        await store.dormancy.enter(persons.slice(from, from + enteredAtOnce), at);
      }
    } finally {
      await people?.close();
    }
    this.#entered = at;
  }
}

/** What the policy that holds now says; undefined: it says nothing of it, and nobody is closed. */
export function dormancyInForce(policies: Pick<PolicyShelf, 'inForce'>, at: number): DormancyRules | undefined {
  const numbers = policies.inForce(at)?.document.facts.numbers;
  const { dormant_months: months, dormant_notice_days: noticeDays } = numbers ?? {};
  return months === undefined || noticeDays === undefined ? undefined : { months, noticeDays };
}
