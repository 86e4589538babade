import { Buffer } from 'node:buffer';
import type { BytesMeter, Shown } from '../protocol.ts';
import { type Container, containerOf, frameAt, oggSeconds, pastTag, wavSeconds } from './audio-length.ts';

/** OpenAI's own figure for its speech: some 1,250 tokens a minute. */
const tokensPerSecond = 1_250 / 60;
/** Plain samples as OpenAI sends them: 24,000 a second, two bytes each. FLAC makes about half of that. */
const plainBytesPerSecond = 48_000;
const glimpseBytes = 64 * 1024;

/** How much speech has passed: told from its first and last bytes, whatever lies between. */
export class SpeechMeter implements BytesMeter {
  readonly #first = new Glimpse('first');
  readonly #last = new Glimpse('last');
  #total = 0;

  read(bytes: Uint8Array): void {
    this.#total += bytes.length;
    this.#first.read(bytes);
    this.#last.read(bytes);
  }

  get shown(): Shown {
    const seconds = this.#total === 0 ? 0 : Math.max(0, this.#seconds(containerOf(this.#first.seen)));
    return { images: 0, audioSeconds: Math.ceil(seconds), tokens: Math.ceil(seconds * tokensPerSecond) };
  }

  #seconds(container: Container | undefined): number {
    const head = this.#first.seen;
    const plain = this.#total / plainBytesPerSecond;
    switch (container) {
      case 'wav':
        return wavSeconds(head, this.#total) ?? plain;
      case 'ogg':
        return oggSeconds(head, this.#last.seen) ?? plain;
      case 'flac':
      case 'mp4':
        return plain * 2;
      case 'mpeg': {
        const frame = frameAt(head, pastTag(head));
        return frame ? (this.#total / frame.bytes) * frame.seconds : plain;
      }
      case undefined:
        return plain;
    }
  }
}

/** The first, or the last, 64 KiB of what passes. Of the last ones twice as many are kept, so that few are moved. */
class Glimpse {
  readonly #which: 'first' | 'last';
  #kept = Buffer.alloc(0);
  #length = 0;

  constructor(which: 'first' | 'last') {
    this.#which = which;
  }

  read(bytes: Uint8Array): void {
    const piece =
      this.#which === 'last' ? bytes.subarray(-glimpseBytes) : bytes.subarray(0, glimpseBytes - this.#length);
    if (piece.length === 0) return;
    if (this.#length + piece.length > this.#kept.length) this.#makeRoom(piece.length);
    this.#kept.set(piece, this.#length);
    this.#length += piece.length;
  }

  get seen(): Buffer {
    const kept = this.#kept.subarray(0, this.#length);
    return this.#which === 'last' ? kept.subarray(-glimpseBytes) : kept;
  }

  #makeRoom(bytes: number): void {
    const { seen } = this;
    const roomy = Math.min(Math.max(1024, 2 * (seen.length + bytes)), 2 * glimpseBytes);
    const into = roomy > this.#kept.length ? Buffer.alloc(roomy) : this.#kept;
    seen.copy(into);
    this.#kept = into;
    this.#length = seen.length;
  }
}
