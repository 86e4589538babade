import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, inflateSync } from 'node:zlib';

/** The forms in which a text can lie somewhere, each as bytes that are surely there when the text is. */
export function formsOf(text: string): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(text);
  return new Map([
    ['raw', bytes],
    ['hex', Buffer.from(bytes.toString('hex'))],
    ['utf-16', Buffer.from(text, 'utf16le')],
    ...[0, 1, 2].map((shift): [string, Buffer] => [`base64+${shift}`, Buffer.from(base64Core(bytes, shift))]),
  ]);
}

/** What of a text's base64 does not depend on what stands around it. */
function base64Core(bytes: Buffer, shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  return encoded.slice(shift === 0 ? 0 : 4, -4);
}

export type Hit = { readonly where: string; readonly form: string; readonly text: string };

/** Looks for every text in every form in these bytes, and in what they inflate to. */
export function scanBytes(where: string, bytes: Buffer, texts: readonly string[]): readonly Hit[] {
  return [bytes, ...inflated(bytes)].flatMap((piece) =>
    texts.flatMap((text) =>
      [...formsOf(text)].filter(([, form]) => piece.includes(form)).map(([form]) => ({ where, form, text })),
    ),
  );
}

export function scanFolder(folder: string, texts: readonly string[]): { files: number; hits: readonly Hit[] } {
  const files = readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile());
  return { files: files.length, hits: files.flatMap((path) => scanBytes(path, readFileSync(path), texts)) };
}

const gzipMagic = Buffer.from([0x1f, 0x8b, 0x08]);

function inflated(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  for (let at = bytes.indexOf(gzipMagic); at >= 0; at = bytes.indexOf(gzipMagic, at + 1)) {
    found.push(...tryInflate(() => gunzipSync(bytes.subarray(at))));
  }
  return [...found, ...tryInflate(() => inflateSync(bytes))];
}

function tryInflate(inflate: () => Buffer): readonly Buffer[] {
  try {
    return [inflate()];
  } catch {
    return [];
  }
}
