import assert from 'node:assert/strict';
import type { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

/** One message of an AWS event stream, read by its specification and by nothing of ours. */
export type Frame = { readonly headers: Readonly<Record<string, string>>; readonly data: Record<string, unknown> };

/** All messages of a stream that came whole; a wrong checksum or a rest fails. */
export function readFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const total = bytes.readUInt32BE(at);
    const headerBytes = bytes.readUInt32BE(at + 4);
    assert.equal(bytes.readUInt32BE(at + 8), crc32(bytes.subarray(at, at + 8)), 'checksum of the prelude');
    assert.ok(at + total <= bytes.length, 'a frame that is cut');
    const end = at + total - 4;
    assert.equal(bytes.readUInt32BE(end), crc32(bytes.subarray(at, end)), 'checksum of the message');
    const payloadAt = at + 12 + headerBytes;
    const payload = bytes.toString('utf8', payloadAt, end);
    frames.push({ headers: readHeaders(bytes.subarray(at + 12, payloadAt)), data: JSON.parse(payload) });
    at += total;
  }
  return frames;
}

function readHeaders(bytes: Buffer): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < bytes.length; ) {
    const nameEnd = at + 1 + bytes.readUInt8(at);
    assert.equal(bytes.readUInt8(nameEnd), 7, 'a text');
    const length = bytes.readUInt16BE(nameEnd + 1);
    headers[bytes.toString('utf8', at + 1, nameEnd)] = bytes.toString('utf8', nameEnd + 3, nameEnd + 3 + length);
    at = nameEnd + 3 + length;
  }
  return headers;
}

export type Asking = {
  readonly url: string;
  readonly model: string;
  readonly body: object;
  readonly stream?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
};

/** As AWS's SDK asks: the model's id in the path, percent-encoded. */
export function converse({ url, model, body, stream, headers }: Asking): Promise<Response> {
  const path = `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`;
  return fetch(url.replace(/\/v1$/, path), {
    method: 'POST',
    headers: { authorization: 'Bearer any', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** What only binary frames can get wrong: a stream of Converse's alone meets it. */
export function isFrameMode(mode: string): boolean {
  return /^(frame|exception)-/.test(mode);
}
