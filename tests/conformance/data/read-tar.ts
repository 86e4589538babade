import type { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/** The files of a `.tar.gz`: name → text. Blocks of 512 bytes: a head, then the file, padded with zeros. */
export function readTar(file: string): Map<string, string> {
  const bytes = gunzipSync(readFileSync(file));
  const files = new Map<string, string>();
  let longName: string | undefined;
  for (let at = 0; at + 512 <= bytes.length; ) {
    const head = bytes.subarray(at, at + 512);
    if (head.every((byte) => byte === 0)) break;
    const size = Number.parseInt(field(head, 124, 12), 8);
    const kind = field(head, 156, 1);
    const body = bytes.subarray(at + 512, at + 512 + size);
    const prefix = field(head, 257, 5) === 'ustar' ? field(head, 345, 155) : '';
    const name = longName ?? (prefix === '' ? field(head, 0, 100) : `${prefix}/${field(head, 0, 100)}`);
    longName = kind === 'L' ? field(body, 0, size) : kind === 'x' ? pathOf(body) : undefined;
    if (kind === '0' || kind === '') files.set(name, body.toString('utf8'));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function field(bytes: Buffer, start: number, length: number): string {
  const end = bytes.indexOf(0, start);
  return bytes.toString('utf8', start, end < 0 ? start + length : Math.min(end, start + length)).trim();
}

/** A pax head says a long path in a line `<length> path=<path>`. */
function pathOf(body: Buffer): string | undefined {
  return /^\d+ path=(.*)$/m.exec(body.toString('utf8'))?.[1];
}
