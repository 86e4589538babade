import { segmentHeaderBytes } from '#core/journal/segment-header.ts';
import type { FileIo } from './file-io.ts';
import { type DiskJob, type DiskReply, segmentPath } from './segment-disk.ts';

export type Segment = { readonly number: number; readonly file: number; position: number };

export type SegmentFilesOptions = {
  readonly io: FileIo;
  readonly directory: string;
  readonly segmentBytes: number;
  readonly post: (job: DiskJob) => void;
};

/** The files of one journal: prepared ahead, then filled in order. */
export class SegmentFiles {
  readonly #options: SegmentFilesOptions;
  readonly #ready: Segment[] = [];
  #isPreparing = false;
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
    return segmentPath(this.#options.directory, number);
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

  get isPreparing(): boolean {
    return this.#isPreparing;
  }

  takeReady(): Segment | null {
    return this.#ready.shift() ?? null;
  }

  /** Asks for another segment, one at a time. A number is used once, also when its file cannot be made. */
  prepare(): void {
    if (this.#isPreparing) return;
    this.#isPreparing = true;
    this.#options.post({ kind: 'prepare', number: this.#next });
    this.#next += 1;
  }

  prepared(reply: Extract<DiskReply, { kind: 'prepared' | 'not-prepared' }>): void {
    this.#isPreparing = false;
    if (reply.kind === 'not-prepared') return;
    this.#ready.push({ number: reply.number, file: reply.file, position: segmentHeaderBytes });
  }

  /** Removes what was prepared and never written. */
  discardReady(): void {
    for (const segment of this.#ready.splice(0)) {
      this.close(segment);
      this.remove(segment.number);
    }
  }

  sync({ number, file }: Segment): void {
    this.#options.post({ kind: 'sync', number, file });
  }

  /** After all syncs that were asked before. */
  close({ number, file }: Segment): void {
    this.#options.post({ kind: 'close', number, file });
  }

  remove(number: number): void {
    this.#options.post({ kind: 'remove', number });
  }
}
