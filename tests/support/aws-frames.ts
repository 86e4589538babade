import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** One frame of an AWS event stream, written from its specification: https://smithy.io/2.0/aws/amazon-eventstream.html */
export function frameOf(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(
    Object.entries(headers).map(([name, value]) => {
      const [nameBytes, valueBytes] = [Buffer.from(name), Buffer.from(value)];
      const length = Buffer.alloc(2);
      length.writeUInt16BE(valueBytes.length);
      return Buffer.concat([Buffer.from([nameBytes.length]), nameBytes, Buffer.from([7]), length, valueBytes]);
    }),
  );
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + head.length + payload.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const body = Buffer.concat([prelude, head, payload]);
  const trailer = Buffer.alloc(4);
  trailer.writeUInt32BE(crc32(body));
  return Buffer.concat([body, trailer]);
}

/** An event of ConverseStream. */
export function converseEvent(name: string, value: unknown): Buffer {
  const headers = { ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' };
  return frameOf(headers, Buffer.from(JSON.stringify(value)));
}

/** A chunk of invoke: one event of the model's own dialect, in base64. */
export function invokeChunk(value: unknown): Buffer {
  const bytes = Buffer.from(JSON.stringify(value)).toString('base64');
  return converseEvent('chunk', { bytes, p: 'abcdef' });
}

export function exceptionFrame(name: string, message: string): Buffer {
  const headers = { ':exception-type': name, ':content-type': 'application/json', ':message-type': 'exception' };
  return frameOf(headers, Buffer.from(JSON.stringify({ message })));
}
