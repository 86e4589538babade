import type { Buffer } from 'node:buffer';

export type Frame = { readonly headers: ReadonlyMap<string, string>; readonly payload: Buffer };

/** The frames of an AWS event stream, in the plainest way: lengths alone, no sums. Headers here are texts. */
export function readFrames(bytes: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) {
    const [length, headBytes] = [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)];
    const head = bytes.subarray(at + 12, at + 12 + headBytes);
    frames.push({ headers: readHeaders(head), payload: bytes.subarray(at + 12 + headBytes, at + length - 4) });
  }
  return frames;
}

function readHeaders(head: Buffer): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < head.length; ) {
    const nameEnd = at + 1 + head.readUInt8(at);
    const valueStart = nameEnd + 3;
    const valueEnd = valueStart + head.readUInt16BE(nameEnd + 1);
    headers.set(head.toString('utf8', at + 1, nameEnd), head.toString('utf8', valueStart, valueEnd));
    at = valueEnd;
  }
  return headers;
}
