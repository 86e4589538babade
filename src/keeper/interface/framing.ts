import { Buffer } from 'node:buffer';

/** A message may not be larger: a broken peer must not fill our memory. */
const frameBytesMax = 64 * 1024 * 1024;

/** One message on the wire: four bytes of length, big-endian, then JSON. */
export function encodeFrame(message: unknown): Buffer {
  return frameOfJson(JSON.stringify(message));
}

export function frameOfJson(json: string): Buffer {
  const length = Buffer.byteLength(json);
  const frame = Buffer.allocUnsafe(4 + length);
  frame.writeUInt32BE(length, 0);
  frame.write(json, 4);
  return frame;
}

/** Takes bytes as they come and gives whole messages, in order. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /** Throws when the peer does not speak this framing. */
  push(bytes: Buffer): unknown[] {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const messages: unknown[] = [];
    let at = 0;
    while (this.#rest.length - at >= 4) {
      const length = this.#rest.readUInt32BE(at);
      if (length > frameBytesMax) throw new RangeError('frame too large');
      if (this.#rest.length - at - 4 < length) break;
      messages.push(JSON.parse(this.#rest.toString('utf8', at + 4, at + 4 + length)));
      at += 4 + length;
    }
    this.#rest = this.#rest.subarray(at);
    return messages;
  }
}
