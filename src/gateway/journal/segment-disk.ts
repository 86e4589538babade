// What the journal asks of a disk that may be slow: everything but `write`, which goes to the page cache.
import { join } from 'node:path';
import { encodeSegmentHeader } from '#core/journal/segment-header.ts';
import type { FileIo } from './file-io.ts';

export type DiskJob =
  /** A new segment, really written with zeros: sparse space is nobody's. */
  | { readonly kind: 'prepare'; readonly number: number }
  | { readonly kind: 'sync'; readonly number: number; readonly file: number }
  | { readonly kind: 'close'; readonly number: number; readonly file: number }
  | { readonly kind: 'remove'; readonly number: number };

/** Answers to `prepare` and `sync`; those to `sync` come in the order in which they were asked. */
export type DiskReply =
  | { readonly kind: 'prepared'; readonly number: number; readonly file: number }
  | { readonly kind: 'not-prepared'; readonly number: number }
  | { readonly kind: 'synced'; readonly number: number; readonly isDurable: boolean };

export type SegmentDiskOptions = {
  readonly io: FileIo;
  readonly directory: string;
  readonly instance: string;
  readonly segmentBytes: number;
  readonly reply: (reply: DiskReply) => void;
};

type Preparing = { readonly number: number; file: number | undefined; position: number };

/** Small enough that no sync waits long behind one. */
const sliceBytes = 512 * 1024;
const zeros = Buffer.alloc(sliceBytes);

export function segmentPath(directory: string, number: number): string {
  return join(directory, `${String(number).padStart(6, '0')}.seg`);
}

/** Does the jobs, each at once but for preparing, which goes a slice at a time. */
export class SegmentDisk {
  readonly #options: SegmentDiskOptions;
  readonly #preparing: Preparing[] = [];
  /** After a failed sync the page cache may call clean what was never written: another would hold, and be a lie. */
  readonly #poisoned = new Set<number>();

  constructor(options: SegmentDiskOptions) {
    this.#options = options;
  }

  run(job: DiskJob): void {
    switch (job.kind) {
      case 'prepare':
        return void this.#preparing.push({ number: job.number, file: undefined, position: 0 });
      case 'sync':
        return this.#options.reply({ kind: 'synced', number: job.number, isDurable: this.#sync(job) });
      case 'close':
        this.#poisoned.delete(job.number);
        return this.#close(job.file);
      case 'remove':
        return this.#remove(job.number);
    }
  }

  /** One slice of what is being prepared. True: there is more. */
  prepareSlice(): boolean {
    const { reply } = this.#options;
    const [next] = this.#preparing;
    if (!next) return false;
    try {
      if (!this.#slice(next)) return true;
      reply({ kind: 'prepared', number: next.number, file: next.file ?? -1 });
    } catch {
      if (next.file !== undefined) this.#close(next.file);
      this.#remove(next.number);
      reply({ kind: 'not-prepared', number: next.number });
    }
    this.#preparing.shift();
    return this.#preparing.length > 0;
  }

  /** True: it was the last. */
  #slice(segment: Preparing): boolean {
    const { io, directory, instance, segmentBytes } = this.#options;
    segment.file ??= io.create(segmentPath(directory, segment.number));
    const slice = zeros.subarray(0, Math.min(sliceBytes, segmentBytes - segment.position));
    io.write(segment.file, slice, segment.position);
    if (segment.position === 0) io.write(segment.file, encodeSegmentHeader(instance), 0);
    io.sync(segment.file);
    segment.position += slice.length;
    if (segment.position < segmentBytes) return false;
    io.syncDirectory(directory);
    return true;
  }

  #sync({ number, file }: { readonly number: number; readonly file: number }): boolean {
    if (this.#poisoned.has(number)) return false;
    try {
      this.#options.io.sync(file);
      return true;
    } catch {
      this.#poisoned.add(number);
      return false;
    }
  }

  #close(file: number): void {
    try {
      this.#options.io.close(file);
    } catch {
      // What a close may still report was told by the sync before it.
    }
  }

  /** A segment that cannot be removed costs space, and a second posting of what it holds, which posts nothing. */
  #remove(number: number): void {
    try {
      this.#options.io.remove(segmentPath(this.#options.directory, number));
    } catch {
      return;
    }
  }
}
