import { closeSync, lstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync, constants, inflateRawSync, zstdDecompressSync } from 'node:zlib';

/** The forms in which a secret can lie somewhere, each as bytes that are surely there when the secret is. */
export function formsOf(secret: string | Buffer): ReadonlyMap<string, Buffer> {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const letters = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const forms: (readonly [string, Buffer])[] = [
    ['raw', bytes],
    ['hex', Buffer.from(hex)],
    ['HEX', Buffer.from(hex.toUpperCase())],
    ['utf-16', Buffer.from(bytes.toString('latin1'), 'utf16le')],
    ['url', Buffer.from(letters.map((code) => `%${code}`).join(''))],
    ['URL', Buffer.from(letters.map((code) => `%${code.toUpperCase()}`).join(''))],
    ['json', Buffer.from(letters.map((code) => `\\u00${code}`).join(''))],
    ['list', Buffer.from([...bytes].join(','))],
  ];
  for (const shift of [0, 1, 2]) {
    const core = base64Core(bytes, shift);
    forms.push([`base64+${shift}`, Buffer.from(core)]);
    forms.push([`base64url+${shift}`, Buffer.from(core.replaceAll('+', '-').replaceAll('/', '_'))]);
  }
  return new Map(forms);
}

/** What of a text's base64 does not depend on what stands around it. */
function base64Core(bytes: Buffer, shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
  return encoded.slice(shift === 0 ? 0 : 4, -4);
}

export type Secrets = Readonly<Record<string, string | Buffer>>;

/** `name`: which secret. */
export type Hit = { readonly where: string; readonly form: string; readonly name: string };

/** Looks for every secret in every form in these bytes, and in what they inflate to. */
export function scanBytes(where: string, bytes: Buffer, secrets: Secrets): readonly Hit[] {
  return [bytes, ...inflated(bytes)].flatMap((piece) =>
    Object.entries(secrets).flatMap(([name, secret]) =>
      [...formsOf(secret)].filter(([, form]) => piece.includes(form)).map(([form]) => ({ where, form, name })),
    ),
  );
}

export type Scanned = { readonly files: readonly string[]; readonly bytes: number; readonly hits: readonly Hit[] };

/** Every file below a folder, its name included: a secret can lie there, too. */
export function scanFolder(folder: string, secrets: Secrets): Scanned {
  const files = readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => lstatSync(path, { throwIfNoEntry: false })?.isFile());
  let bytes = 0;
  const hits = files.flatMap((path) => {
    const scanned = scanFile(path, secrets);
    bytes += scanned.bytes;
    return [...scanned.hits, ...scanBytes(`the name of ${path}`, Buffer.from(path), secrets)];
  });
  return { files, bytes, hits };
}

const windowBytes = 16 * 1024 * 1024;
/** What stands across two windows stands whole in one of them. */
const overlapBytes = 64 * 1024;

/** One file, in windows: of any size. One that goes meanwhile has nothing any more. */
export function scanFile(path: string, secrets: Secrets): Omit<Scanned, 'files'> {
  const hits: Hit[] = [];
  let bytes = 0;
  for (const window of windowsOf(path)) {
    bytes += bytes === 0 ? window.length : window.length - overlapBytes;
    hits.push(...scanBytes(path, window, secrets));
  }
  return { bytes, hits };
}

function* windowsOf(path: string): Generator<Buffer> {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(windowBytes);
    for (let at = 0; ; at += windowBytes - overlapBytes) {
      let length = 0;
      for (;;) {
        const read = readSync(file, buffer, length, windowBytes - length, at + length);
        length += read;
        if (read === 0 || length === windowBytes) break;
      }
      if (length > 0 && (at === 0 || length > overlapBytes)) yield buffer.subarray(0, length);
      if (length < windowBytes) return;
    }
  } finally {
    closeSync(file);
  }
}

const gzipMagic = Buffer.from([0x1f, 0x8b, 0x08]);
const zlibMagics = [0x01, 0x5e, 0x9c, 0xda].map((second) => Buffer.from([0x78, second]));
const zstdMagic = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const inflateMax = { maxOutputLength: 16 * 1024 * 1024 };

/** Compressed streams that begin anywhere inside, whole or not, whatever follows them; and bytes that are one. */
function inflated(bytes: Buffer): readonly Buffer[] {
  const zlib = zlibMagics.flatMap((magic) => placesOf(magic, bytes)).map((at) => at + 2);
  const gzip = placesOf(gzipMagic, bytes).map((at) => endOfGzipHead(bytes, at));
  return [
    ...tryInflate(() => brotliDecompressSync(bytes, inflateMax)),
    ...placesOf(zstdMagic, bytes).flatMap((at) => tryInflate(() => zstdDecompressSync(bytes.subarray(at), inflateMax))),
    ...[0, ...zlib, ...gzip].flatMap((at) =>
      tryInflate(() => inflateRawSync(bytes.subarray(at), { ...inflateMax, finishFlush: constants.Z_SYNC_FLUSH })),
    ),
  ];
}

/** Ten bytes, and the file's name when the flags say that there is one. */
function endOfGzipHead(bytes: Buffer, at: number): number {
  const hasName = ((bytes[at + 3] ?? 0) & 0x08) !== 0;
  return hasName ? bytes.indexOf(0, at + 10) + 1 : at + 10;
}

function placesOf(magic: Buffer, bytes: Buffer): readonly number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) places.push(at);
  return places;
}

function tryInflate(inflate: () => Buffer): readonly Buffer[] {
  try {
    return [inflate()];
  } catch {
    return [];
  }
}
