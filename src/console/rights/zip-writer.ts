import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32, createDeflateRaw } from 'node:zlib';

/** Where the archive's bytes go, piece by piece; whoever writes waits for it. */
export type Sink = (bytes: Uint8Array) => Promise<void>;

export type ZipEntry = { readonly name: string; readonly sha256: string; readonly bytes: number };

/** 1980-01-01: when files were made says nothing that the manifest does not. */
const dosDate = 0x21;
/** Sizes follow the data; names are UTF-8. */
const flags = 0x0808;
const [version, deflated] = [20, 8];
/** Without its 64-bit form a ZIP has no more of either. */
const [entriesMax, bytesMax] = [65_535, 0xffff_ffff];

type Written = {
  readonly name: Buffer;
  readonly at: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
};

/**
 * A ZIP archive that is written as it comes, in bounded memory. It is our own, since node:zlib has the hard parts, deflate and
 * CRC-32, and what remains are three fixed records: no package, and none to trust with people's data.
 */
export class ZipWriter {
  readonly #sink: Sink;
  readonly #entries: Written[] = [];
  #at = 0;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  /** One file; gives what a manifest says of it. */
  async add(name: string, texts: AsyncIterable<string> | Iterable<string>): Promise<ZipEntry> {
    if (this.#entries.length >= entriesMax) throw new Error('an archive has no place for so many files');
    const [at, encoded] = [this.#at, Buffer.from(name, 'utf8')];
    await this.#write(localHead(encoded));
    const sums = { crc: 0, size: 0, hash: createHash('sha256') };
    const before = this.#at;
    const deflate = createDeflateRaw();
    const feeding = pipeline(Readable.from(measured(texts, sums)), deflate);
    const draining = (async () => {
      for await (const piece of deflate) await this.#write(piece as Buffer);
    })();
    await Promise.all([feeding, draining]);
    const entry = { name: encoded, at, crc: sums.crc, packed: this.#at - before, size: sums.size };
    await this.#write(
      record(0x0807_4b50, [
        [4, entry.crc],
        [4, entry.packed],
        [4, entry.size],
      ]),
    );
    this.#entries.push(entry);
    return { name, sha256: sums.hash.digest('hex'), bytes: entry.size };
  }

  /** The list of all files ends the archive. */
  async end(): Promise<void> {
    const at = this.#at;
    for (const entry of this.#entries) await this.#write(centralHead(entry));
    const count = this.#entries.length;
    const size = this.#at - at;
    await this.#write(
      record(0x0605_4b50, [
        [2, 0],
        [2, 0],
        [2, count],
        [2, count],
        [4, size],
        [4, at],
        [2, 0],
      ]),
    );
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#at += bytes.length;
    if (this.#at > bytesMax) throw new Error('an archive cannot be so long');
    await this.#sink(bytes);
  }
}

async function* measured(
  texts: AsyncIterable<string> | Iterable<string>,
  sums: { crc: number; size: number; hash: ReturnType<typeof createHash> },
): AsyncGenerator<Buffer> {
  for await (const text of texts) {
    const bytes = Buffer.from(text, 'utf8');
    sums.crc = crc32(bytes, sums.crc);
    sums.size += bytes.length;
    sums.hash.update(bytes);
    yield bytes;
  }
}

function localHead(name: Buffer): Buffer {
  const head = record(0x0403_4b50, [
    ...[[2, version] as const, [2, flags] as const, [2, deflated] as const, [2, 0] as const, [2, dosDate] as const],
    ...[[4, 0] as const, [4, 0] as const, [4, 0] as const, [2, name.length] as const, [2, 0] as const],
  ]);
  return Buffer.concat([head, name]);
}

function centralHead({ name, at, crc, packed, size }: Written): Buffer {
  const head = record(0x0201_4b50, [
    ...[[2, version] as const, [2, version] as const, [2, flags] as const, [2, deflated] as const],
    ...[[2, 0] as const, [2, dosDate] as const, [4, crc] as const, [4, packed] as const, [4, size] as const],
    // No extra field, no comment, one disk, no attributes.
    ...[[2, name.length] as const, [2, 0] as const, [2, 0] as const, [2, 0] as const, [2, 0] as const, [4, 0] as const],
    [4, at],
  ]);
  return Buffer.concat([head, name]);
}

/** Numbers of two or four bytes, the low byte first, behind their signature. */
function record(signature: number, fields: readonly (readonly [bytes: number, value: number])[]): Buffer {
  const all = [[4, signature] as const, ...fields];
  const buffer = Buffer.alloc(all.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of all) {
    buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}
