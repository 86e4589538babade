import { join } from 'node:path';
import { encodeSegmentHeader, segmentHeaderBytes } from '#core/journal/segment-header.ts';
import type { FileIo } from './file-io.ts';

export type Segment = { readonly number: number; readonly file: number; position: number };

export type SegmentFilesOptions = {
  readonly io: FileIo;
  readonly directory: string;
  readonly instance: string;
  readonly segmentBytes: number;
};

/** Small enough that no `end` waits long behind one. */
const sliceBytes = 1024 * 1024;
const zeros = Buffer.alloc(sliceBytes);

/** The files of one journal: prepared ahead by really writing zeros (sparse space is nobody's), then filled in order. */
export class SegmentFiles {
  readonly #options: SegmentFilesOptions;
  readonly #ready: Segment[] = [];
  #preparing: Segment | null = null;
  #next: number;

  constructor(options: SegmentFilesOptions) {
    this.#options = options;
    options.io.makeDirectory(options.directory);
    this.#next = Math.max(0, ...this.existing()) + 1;
  }

  /** Numbers of the segments on the disk, the prepared ones too. */
  existing(): number[] {
    const names = this.#options.io.list(this.#options.directory).filter((name) => /^\d{6,}\.seg$/.test(name));
    return names.map((name) => Number.parseInt(name, 10)).sort((left, right) => left - right);
  }

  path(number: number): string {
    return join(this.#options.directory, `${String(number).padStart(6, '0')}.seg`);
  }

  /** What a segment holds beside its header. */
  get capacity(): number {
    return this.#options.segmentBytes - segmentHeaderBytes;
  }

  room(segment: Segment): number {
    return this.#options.segmentBytes - segment.position;
  }

  get readyCount(): number {
    return this.#ready.length;
  }

  takeReady(): Segment | null {
    return this.#ready.shift() ?? null;
  }

  /** One slice of the next segment. True: a segment became ready. Throws when the disk does; what was begun is removed. */
  prepareSlice(): boolean {
    const { io, directory, instance, segmentBytes } = this.#options;
    try {
      const segment = this.#preparing ?? this.#create();
      const first = segment.position === 0;
      const slice = zeros.subarray(0, Math.min(sliceBytes, segmentBytes - segment.position));
      io.write(segment.file, slice, segment.position);
      if (first) io.write(segment.file, encodeSegmentHeader(instance), 0);
      io.sync(segment.file);
      segment.position += slice.length;
      if (segment.position < segmentBytes) return false;
      io.syncDirectory(directory);
      segment.position = segmentHeaderBytes;
      this.#ready.push(segment);
      this.#preparing = null;
      return true;
    } catch (error) {
      this.#abandonPreparing();
      throw error;
    }
  }

  /** All slices at once, when there is nothing to write into. */
  prepareWhole(): void {
    while (!this.prepareSlice());
  }

  /** Removes what was prepared and never written. */
  discardReady(): void {
    this.#abandonPreparing();
    for (const segment of this.#ready.splice(0)) {
      this.close(segment);
      this.remove(segment.number);
    }
  }

  close(segment: Segment): void {
    try {
      this.#options.io.close(segment.file);
    } catch {
      // What a close may still report was told by the sync before it.
    }
  }

  /** A segment that cannot be removed costs space, and a second posting of what it holds, which posts nothing. */
  remove(number: number): void {
    try {
      this.#options.io.remove(this.path(number));
    } catch {
      return;
    }
  }

  #create(): Segment {
    const number = this.#next;
    // A number is used once, also when its file could not be made.
    this.#next += 1;
    this.#preparing = { number, file: this.#options.io.create(this.path(number)), position: 0 };
    return this.#preparing;
  }

  #abandonPreparing(): void {
    const segment = this.#preparing;
    this.#preparing = null;
    if (!segment) return;
    this.close(segment);
    this.remove(segment.number);
  }
}
