import type { SubProcessorKey } from '#core/privacy/notices/sub-processors.ts';

/** What people are told before it holds, who was told, and since when somebody gets data. */
export type NoticeStore = {
  /** False: it was told before, and stays as it was told then. */
  tell(notice: Notice): Promise<boolean>;
  /** The newest first, a thousand at most. */
  all(): Promise<readonly Notice[]>;
  /** Whoever is a member now and has no row of a notice that is not over yet gets one; how many did. */
  address(now: number): Promise<number>;
  /** What one person was told, the newest first. */
  of(person: string): Promise<readonly PersonNotice[]>;
  /** False: the person has no such notice, or has seen it. */
  see(seen: { notice: string; person: string; now: number }): Promise<boolean>;
  /** Letters to write; each goes to one taker, and to another one when the first has not said what became of it for so long. */
  takeMail(take: { max: number; now: number; againAfterMs: number }): Promise<readonly DueMail[]>;
  mailed(letter: { notice: string; person: string; state: 'sent' | 'failed' | 'none'; now: number }): Promise<void>;
  mailDue(): Promise<number>;
  counts(): Promise<ReadonlyMap<string, NoticeCounts>>;
  /**
   * Those of these upstreams that were never here get data from `fromDay` on, and a notice each; at the first call, with
   * everything that is configured then, from now on and without one. Gives those that are new.
   */
  enterSubProcessors(
    all: readonly SubProcessorKey[],
    when: { now: number; fromDay: number },
  ): Promise<readonly SubProcessorKey[]>;
  /** Undefined: nothing was entered yet. */
  subProcessors(): Promise<readonly SubProcessorRow[] | undefined>;
  /** It gets data from `fromDay` on, for this reason, which is told; false: there is no such one, or it does already. */
  bringForward(change: SubProcessorKey & { fromDay: number; reason: string; now: number }): Promise<boolean>;
};

export type Notice = {
  /** `policy strict-2`, `sub-processor mistral`. */
  readonly id: string;
  readonly kind: 'policy' | 'sub-processor';
  /** A version of the policy, or an upstream's name. */
  readonly subject: string;
  readonly material: boolean;
  readonly at: number;
  /** From then on it holds. */
  readonly effective: number;
};

export type PersonNotice = Notice & { readonly seenAt: number | null };

export type DueMail = Notice & { readonly person: string };

export type NoticeCounts = { readonly people: number; readonly seen: number; readonly mailed: number };

export type SubProcessorRow = SubProcessorKey & {
  readonly since: number;
  /** Counted from 1970; 0: it was there before the first notice had to be given. */
  readonly fromDay: number;
  /** Why the operator did not wait; null: it waits. */
  readonly reason: string | null;
};
