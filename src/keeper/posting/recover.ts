import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { BeginRecord, EndRecord, JournalRecord } from '#core/journal/record.ts';
import { type ScannedFrame, scanFrames } from '#core/journal/scan.ts';
import type { Nano } from '#core/money/nano.ts';
import type { Store } from '#store/store.ts';
import type { SealReceipts } from '#store/trust-store.ts';
import type { KeeperLog } from '../keeper-log.ts';
import { readEndRecord } from './read-end-record.ts';

const batchMax = 500;

export type Recovery = {
  readonly store: Store;
  readonly dataDir: string;
  /** A gateway that still writes its journal: not to be touched. */
  isLive(instance: string): boolean;
  readonly log: KeeperLog;
  /** Signs the receipts of what it posts. */
  readonly seal?: SealReceipts;
  now(): number;
};

/** Settles what gateways that are gone have left behind (MONEY §5). May be cut off anywhere and run again. */
export async function recover(recovery: Recovery, aloneOnStore: boolean): Promise<void> {
  for (const instance of journalsIn(recovery.dataDir)) {
    if (!recovery.isLive(instance)) await recoverInstance(recovery, instance);
  }
  if (aloneOnStore) await releaseTheDead(recovery);
}

export function journalsIn(dataDir: string): readonly string[] {
  return entriesIn(join(dataDir, 'journal'))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Everything that the journal knows is in the books before its leases close, and they close before it is deleted. */
export async function recoverInstance(recovery: Recovery, instance: string): Promise<void> {
  const { store, dataDir, log, now, seal } = recovery;
  const directory = join(dataDir, 'journal', instance);
  const reading = new JournalReading();
  const sum = { posted: 0, late: 0, wrong: 0 };
  for (const segment of segmentsIn(directory)) {
    for (const records of readSegment(segment, () => log('journal-torn', { instance }))) {
      const ends = reading.take(records);
      if (ends.length === 0) continue;
      const result = await store.postings.post(ends, now(), seal);
      sum.posted += result.posted;
      sum.late += result.late;
      sum.wrong += result.wrong;
    }
  }
  if (reading.broken > 0) log('keeper-record-broken', { instance, records: reading.broken });
  const begun = reading.neverEnded();
  for (const batch of inBatches(begun)) await store.postings.postCrashed(batch, now(), seal);
  await store.leases.release(instance, 'recovered');
  rmSync(directory, { recursive: true, force: true });
  log('instance-recovered', { instance, ...sum, crashed: begun.length });
}

/** The lock on the data directory says that no other tree uses this store: who is not ours and alive is dead. */
async function releaseTheDead({ store, isLive, log }: Recovery): Promise<void> {
  for (const { id, state } of await store.leases.instances()) {
    const isOpen = state === 'alive' || state === 'fenced';
    if (!isOpen || isLive(id)) continue;
    await store.leases.release(id, 'recovered');
    log('instance-recovered', { instance: id, posted: 0, late: 0, wrong: 0, crashed: 0 });
  }
}

/** Remembers what was begun and not yet ended; everything else passes through. */
class JournalReading {
  readonly #open = new Map<string, { begin: BeginRecord; estimate: Nano }>();

  #broken = 0;

  /** Ends that cannot be posted, ever: they must not stop every start from now on. */
  get broken(): number {
    return this.#broken;
  }

  /** Gives the ends among these records. */
  take(records: readonly JournalRecord[]): readonly EndRecord[] {
    const ends: EndRecord[] = [];
    for (const record of records) {
      switch (record.kind) {
        case 'begin':
          this.#open.set(record.generation, { begin: record, estimate: BigInt(record.inputCharge) });
          break;
        case 'progress': {
          const open = this.#open.get(record.generation);
          if (open) open.estimate = BigInt(record.estimate);
          if (open && record.hold !== undefined) open.begin = { ...open.begin, hold: record.hold };
          break;
        }
        case 'end': {
          this.#open.delete(record.generation);
          const end = readEndRecord(record);
          if (end && end !== 'broken') ends.push(end);
          else this.#broken += 1;
        }
      }
    }
    return ends;
  }

  neverEnded(): readonly { readonly begin: BeginRecord; readonly estimate: Nano }[] {
    return [...this.#open.values()];
  }
}

/** A segment is bounded (16 MiB), but its records as objects are many times as large: a batch of them at a time. */
function* readSegment(path: string, onTorn: () => void): Generator<readonly JournalRecord[]> {
  const bytes = readFileSync(path);
  const frames: ScannedFrame[] = [];
  if (scanFrames(bytes, (frame) => frames.push(frame))) onTorn();
  // A parser: the checksum says that these are the bytes our own encoder wrote.
  const parse = ({ payload, length }: ScannedFrame) =>
    JSON.parse(bytes.toString('utf8', payload, payload + length)) as JournalRecord;
  for (const batch of inBatches(frames)) yield batch.map(parse);
}

function segmentsIn(directory: string): readonly string[] {
  return entriesIn(directory)
    .filter((entry) => entry.isFile() && entry.name.endsWith('.seg'))
    .map((entry) => join(directory, entry.name))
    .sort();
}

function entriesIn(directory: string) {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return [];
    throw thrown;
  }
}

function* inBatches<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += batchMax) yield items.slice(from, from + batchMax);
}
