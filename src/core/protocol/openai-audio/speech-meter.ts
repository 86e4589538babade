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
  #head: Buffer = Buffer.alloc(0);
  #tail: Buffer = Buffer.alloc(0);
  #total = 0;

  read(bytes: Uint8Array): void {
    this.#total += bytes.length;
    if (this.#head.length < glimpseBytes) this.#head = joined(this.#head, bytes).subarray(0, glimpseBytes);
    this.#tail = joined(this.#tail, bytes).subarray(-glimpseBytes);
  }

  get shown(): Shown {
    const seconds = this.#total === 0 ? 0 : Math.max(0, this.#seconds(containerOf(this.#head)));
    return { images: 0, audioSeconds: Math.ceil(seconds), tokens: Math.ceil(seconds * tokensPerSecond) };
  }

  #seconds(container: Container | undefined): number {
    const plain = this.#total / plainBytesPerSecond;
    switch (container) {
      case 'wav':
        return wavSeconds(this.#head, this.#total) ?? plain;
      case 'ogg':
        return oggSeconds(this.#head, this.#tail) ?? plain;
      case 'flac':
      case 'mp4':
        return plain * 2;
      case 'mpeg': {
        const frame = frameAt(this.#head, pastTag(this.#head));
        return frame ? (this.#total / frame.bytes) * frame.seconds : plain;
      }
      case undefined:
        return plain;
    }
  }
}

function joined(before: Buffer, bytes: Uint8Array): Buffer {
  return before.length === 0 ? Buffer.from(bytes) : Buffer.concat([before, bytes]);
}
