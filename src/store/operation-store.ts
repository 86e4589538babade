import type { EndRecord } from '#core/journal/record.ts';
import type { Nano } from '#core/money/nano.ts';
import type { SealReceipts } from './trust-store.ts';

/** Durable holds (MONEY §4): what ends later is paid from `hold:<operation>`, not from a lease. */
export type OperationStore = {
  /** Sets the amount aside: a transfer from the wallet, and taken of each limit beside it, when so much of all of them is free. */
  open(operation: NewOperation): Promise<OperationOpened>;
  /** What the upstream calls it. */
  name(id: string, object: string, now: number): Promise<void>;
  /** One that runs, by what its upstream calls it. */
  runs(workspace: string, object: string): Promise<OperationRow | undefined>;
  /** Those that it is time to ask for; whoever gets one has it until then, and nobody else. */
  due(now: number, until: number): Promise<readonly OperationRow[]>;
  /** Settles items, once each, from what is held; what lies above that is our loss. */
  post(
    id: string,
    records: readonly EndRecord[],
    now: number,
    seal?: SealReceipts,
  ): Promise<{ readonly posted: number; readonly overrun: Nano }>;
  /** What is left goes back to the wallet. False: it had ended before. */
  end(id: string, now: number): Promise<boolean>;
};

export type OperationOpened =
  | { readonly kind: 'opened' }
  | {
      readonly kind: 'short';
      /** Which of them; the wallet's id: the wallet. */
      readonly allowance: string;
      readonly free: bigint;
      /** Null: it does not start again. */
      readonly resetsAt: number | null;
    };

export type NewOperation = {
  readonly id: string;
  readonly workspace: string;
  readonly key: string;
  readonly kind: 'batch' | 'background';
  readonly upstream: string;
  readonly amount: Nano;
  readonly items: number;
  /** Of limits beside the wallet: nano-USD of dollars, items of requests. */
  readonly uses: readonly { readonly allowance: string; readonly unit: 'nano-usd' | 'requests' }[];
  /** Whose price each of its items is charged by, in the version in force when it was set aside. */
  readonly endpoint: string;
  readonly priceVersion: string;
  /** That its request asked for; null: none. Of an answer in the background. */
  readonly serviceTier: string | null;
  /** Tokens, by our own estimate: where it is cancelled and nobody tells what it used. Of an answer in the background. */
  readonly inputEstimate: number;
  /** When its request came. */
  readonly createdAt: number;
  /** Whoever begins it has named it by then, or never will. */
  readonly nameBy: number;
  /** The provider's deadline and two hours. */
  readonly expiresAt: number;
  readonly now: number;
};

export type OperationRow = Omit<NewOperation, 'now' | 'nameBy' | 'uses'> & {
  /** Null: nobody heard that it was begun. */
  readonly object: string | null;
};
