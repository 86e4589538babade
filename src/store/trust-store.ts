import type { LogEntry, LogKind, NewLogEntry } from '#core/trust/log-entry.ts';
import type { PublicKey } from '#core/trust/public-key.ts';
import type { ReceiptFacts } from '#core/trust/receipt.ts';
import type { Head, SignedHead } from '#core/trust/signed-head.ts';
import type { GenerationRow } from './store.ts';

/** What proves what we say: the keys that sign, the batches of receipts, the log of promises. */
export type TrustStore = {
  /** The oldest first. */
  keys(): Promise<readonly PublicKey[]>;
  addKey(key: PublicKey): Promise<void>;
  /** False: there is no such key, or it was retired before. */
  retireKey(id: string, at: number): Promise<boolean>;
  /**
   * Appends those of these entries that say something else than the last one of their subject, and signs the new head.
   * Gives the head as it is then. At once, of all keepers.
   */
  append(entries: readonly NewLogEntry[], at: number, sign: SignHead): Promise<SignedHead>;
  /** Undefined: nothing was ever entered. */
  head(): Promise<SignedHead | undefined>;
  /** In order, from this place. */
  entries(from: number, max: number): Promise<readonly LogEntry[]>;
  /** All of one kind, in order. */
  entriesOf(kind: LogKind): Promise<readonly LogEntry[]>;
  /** When the log first spoke of each subject of a kind. */
  firstSaid(kind: LogKind): Promise<ReadonlyMap<string, number>>;
  /** The hashes of the first `size` leaves, from this place on. */
  leaves(size: number, from?: number): Promise<readonly Uint8Array[]>;
  /** Each subject that the log speaks of and has not said to be gone. */
  subjects(kind: LogKind): Promise<readonly string[]>;
  /** The generation with the batch that its receipt is in; undefined where it has none. */
  receipt(generation: string): Promise<{ readonly row: GenerationRow; readonly batch: ReceiptBatch } | undefined>;
};

/** Signs the head of a tree of so many leaves with this root. */
export type SignHead = (head: Pick<Head, 'size' | 'root' | 'at'>) => SignedHead;

/** A signed batch of receipts. */
export type ReceiptBatch = SignedHead & {
  readonly id: string;
  readonly facts: ReceiptFacts;
  readonly leaves: readonly Uint8Array[];
};

/** Signs the receipts of these generations, in this order. Costs no I/O. */
export type SealReceipts = (rows: readonly GenerationRow[], at: number) => ReceiptBatch;
