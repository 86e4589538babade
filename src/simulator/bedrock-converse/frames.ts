// AWS's event stream: https://smithy.io/2.0/aws/amazon-eventstream.html
import { crc32 } from 'node:zlib';
import type { StreamEvent } from '../stream-event.ts';

const preludeBytes = 12;
const checksumBytes = 4;
/** Of a header whose value is a text. */
const textType = 7;

const exceptionMark = 'exception ';

/** An event's name is what stands before its data; an exception's has a mark. */
export function exceptionName(name: string): string {
  return exceptionMark + name;
}

/** One message: lengths and their checksum, headers, the JSON, and a checksum of it all. */
export function writeFrame({ before, data }: Pick<StreamEvent, 'before' | 'data'>): Buffer {
  const headers = Buffer.concat(headersOf(before).map(([name, value]) => writeHeader(name, value)));
  const payload = Buffer.from(data);
  const bytes = Buffer.alloc(preludeBytes + headers.length + payload.length + checksumBytes);
  bytes.writeUInt32BE(bytes.length, 0);
  bytes.writeUInt32BE(headers.length, 4);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8);
  headers.copy(bytes, preludeBytes);
  payload.copy(bytes, preludeBytes + headers.length);
  bytes.writeUInt32BE(crc32(bytes.subarray(0, bytes.length - checksumBytes)), bytes.length - checksumBytes);
  return bytes;
}

function headersOf(name: string): readonly (readonly [string, string])[] {
  const isException = name.startsWith(exceptionMark);
  const type = isException ? name.slice(exceptionMark.length) : name;
  return [
    [isException ? ':exception-type' : ':event-type', type],
    [':content-type', 'application/json'],
    [':message-type', isException ? 'exception' : 'event'],
  ];
}

function writeHeader(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([textType]),
    length,
    Buffer.from(value),
  ]);
}
