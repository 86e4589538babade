import { setImmediate as turn } from 'node:timers/promises';
import type { ErasureRow, ErasureStepRow, LeftoverRule } from '#store/erasure-store.ts';
import type { StorePlace } from '#store/open-store.ts';
import { openPeopleErasure, type PeopleErasure } from '#store/people/people-erasure.ts';
import type { Store } from '#store/store.ts';
import { repeatTask } from '../jobs/repeat-task.ts';
import { faultFields, type KeeperLog } from '../keeper-log.ts';
import type { PaymentDesk } from '../payments/payment-desk.ts';
import { carryOut, isClean, type StepContext } from './carry-out-step.ts';
import { receiptOf } from './erasure-receipt.ts';
import { type ErasureStep, filesStep, stepsOf } from './erasure-steps.ts';
import type { TombstoneMaker } from './tombstones.ts';

/** What waits for a gateway, or for a reader, does not wait long. */
const everyMs = 10_000;
const leadMs = 180_000;
const atOnce = 20;
const yearMs = 365 * 86_400_000;

export type ErasureContext = {
  readonly store: Pick<Store, 'jobs' | 'erasures' | 'audit' | 'payments' | 'accounts'>;
  readonly place: StorePlace;
  readonly stones: TombstoneMaker;
  readonly leftover: LeftoverRule;
  readonly payments: PaymentDesk | undefined;
  readonly holder: string;
  readonly log: KeeperLog;
  now(): number;
  readonly tell: ((alert: Readonly<Record<string, string>>) => void) | undefined;
};

/** Deletes whose grace is over: at the start, and each ten seconds. */
export function startErasureJob(context: ErasureContext): { stop(): Promise<void> } {
  const job = new ErasureJob(context);
  return repeatTask({ task: 'erasure', everyMs, log: context.log, step: () => job.step(), cancel: () => job.cancel() });
}

/**
 * A saga of rows: each step may be cut off anywhere and is done again, each is followed by a look that finds nothing of it left, and
 * all of them are looked at once more before somebody counts as gone.
 */
export class ErasureJob {
  readonly #context: ErasureContext;
  #isCancelled = false;

  constructor(context: ErasureContext) {
    this.#context = context;
  }

  /** What is left goes the next time: each step is whole. */
  cancel(): void {
    this.#isCancelled = true;
  }

  async step(): Promise<void> {
    const { store, now } = this.#context;
    if (!(await this.#leads())) return;
    const due = await store.erasures.due(now(), atOnce);
    if (due.length > 0) await this.#advanceAll(due);
    await store.erasures.forget(now() - yearMs);
  }

  async #advanceAll(due: readonly ErasureRow[]): Promise<void> {
    const { store, place, log } = this.#context;
    const people = await openPeopleErasure(place);
    try {
      for (const erasure of due) {
        if (this.#isCancelled || !(await this.#leads())) return;
        // One that cannot go on holds up no other.
        const why = await this.#advance(erasure, people).catch((thrown) => {
          log('keeper-task-failed', { task: 'erasure', ...faultFields(thrown) });
          return 'failed';
        });
        if (why !== undefined) await store.erasures.waits(erasure.id, why);
        if (why !== undefined) await this.#tellLate(erasure);
      }
    } finally {
      await people?.close();
    }
  }

  /** Undefined: it is done. Else why it waits. */
  async #advance(erasure: ErasureRow, people: PeopleErasure | undefined): Promise<string | undefined> {
    const { store, now, log } = this.#context;
    if (erasure.kind === 'workspace' && (await store.erasures.isHeld(erasure.subject))) return 'legal-hold';
    const all = stepsOf(erasure.kind, await store.erasures.tableOrder());
    await store.erasures.begin(
      erasure.id,
      all.map(({ name }) => name),
    );
    const context: StepContext = { ...this.#context, erasure, people, goOn: () => this.#goOn() };
    const rows = await store.erasures.steps(erasure.id);
    // Once nothing names it any more, the files are left to clean, whatever happened in between.
    const isUnnamed = erasure.subject === erasure.id;
    const why = isUnnamed ? undefined : await this.#passAll(all, rows, context);
    if (why !== undefined) return why;
    if (!isUnnamed) {
      const receipt = await receiptOf(erasure, { store, now });
      await store.audit.append(auditOf(erasure), now());
      await store.erasures.unname(erasure.id, JSON.stringify(receipt));
    }
    const last = rows.find(({ name }) => name === 'files');
    const unclean = last && (await this.#pass(filesStep, last, context));
    if (unclean !== undefined) return unclean;
    await store.erasures.finish(erasure.id, now());
    log('erasure-done');
    return undefined;
  }

  async #passAll(
    all: readonly ErasureStep[],
    rows: readonly ErasureStepRow[],
    context: StepContext,
  ): Promise<string | undefined> {
    const before = all.filter(({ kind }) => kind !== 'files');
    for (const step of before) {
      const row = rows.find(({ name }) => name === step.name);
      const why = row && (await this.#pass(step, row, context));
      if (why !== undefined) return why;
      if (this.#isCancelled) return 'cut-off';
    }
    for (const step of before) if (!(await isClean(step, context))) return await this.#again(step, context);
    return undefined;
  }

  async #again({ name }: ErasureStep, { erasure }: StepContext): Promise<string> {
    await this.#context.store.erasures.stepAgain({ erasure: erasure.id, name });
    return `again:${name}`;
  }

  async #pass(step: ErasureStep, row: ErasureStepRow, context: StepContext): Promise<string | undefined> {
    const { store, now } = this.#context;
    const at = { erasure: context.erasure.id, place: row.place };
    if (row.doneAt === null) {
      const outcome = await carryOut(step, row.place, context);
      if ('waits' in outcome) return outcome.waits;
      await store.erasures.stepDone({ ...at, rows: outcome.rows }, now());
    }
    if (row.verifiedAt !== null) return undefined;
    if (!(await isClean(step, context))) return await this.#again(step, context);
    await store.erasures.stepVerified(at, now());
    return undefined;
  }

  async #goOn(): Promise<boolean> {
    await turn();
    return !this.#isCancelled && (await this.#leads());
  }

  async #leads(): Promise<boolean> {
    const { store, holder, now } = this.#context;
    const at = now();
    return await store.jobs.lead('erasure', holder, at + leadMs, at);
  }

  /** Two days are left then of what was promised. */
  async #tellLate({ id, dueAt, told }: ErasureRow): Promise<void> {
    const { store, now, log, tell } = this.#context;
    if (told || now() < dueAt) return;
    log('erasure-late');
    tell?.({ alert: 'erasure-late', erasure: id });
    await store.erasures.told(id);
  }
}

function auditOf({ kind, subject, pseudonym, id }: ErasureRow) {
  const scope = kind === 'workspace' ? subject : 'operator';
  return { scope, actor: pseudonym, action: 'erasure-done', target: id, outcome: 'done' as const };
}
