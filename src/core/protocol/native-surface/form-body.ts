import { Buffer } from 'node:buffer';
import { type FormPart, scanForm } from '../multipart.ts';
import type { RequestFacts } from '../protocol.ts';
import type { Fields } from './fields.ts';
import { malformed } from './request-body.ts';

const textBytesMax = 1024;

/** The wanted fields of a caller's form, read as those of a JSON body are. */
export class FormBody implements Fields {
  readonly files: readonly FormPart[];
  readonly #bytes: Buffer;
  readonly #fields = new Map<string, FormPart>();

  /** Throws a Fault when it is no form, or says something twice that we go by. */
  constructor(bytes: Uint8Array, contentType: string, wanted: ReadonlySet<string>) {
    const parts = scanForm(bytes, contentType);
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.files = parts.filter(({ isFile }) => isFile);
    for (const part of parts) {
      if (!wanted.has(part.name)) continue;
      if (this.#fields.has(part.name)) throw malformed('a field stands twice in the form');
      this.#fields.set(part.name, part);
    }
  }

  has(name: string): boolean {
    return this.#fields.has(name);
  }

  text(name: string): string | undefined {
    const field = this.#fields.get(name);
    if (!field) return undefined;
    if (field.isFile) throw malformed(`"${name}" is not a text`);
    if (field.end - field.start > textBytesMax) throw malformed(`"${name}" is too long`);
    return this.#bytes.toString('utf8', field.start, field.end) || undefined;
  }

  flag(name: string): boolean | undefined {
    const text = this.text(name)?.toLowerCase();
    if (text === undefined) return undefined;
    if (text === 'true' || text === '1') return true;
    if (text === 'false' || text === '0') return false;
    throw malformed(`"${name}" is not true or false`);
  }

  count(name: string, least: number): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least)) throw malformed(`"${name}" is not a whole number from ${least} on`);
    return value;
  }

  /** What splices may touch. A form takes no new fields: there is no need of any. */
  spansOf(names: readonly string[]): RequestFacts['spans'] {
    return new Map(
      names.flatMap((name) => {
        const field = this.#fields.get(name);
        return field ? [[name, { start: field.start, end: field.end }] as const] : [];
      }),
    );
  }

  bytesOf({ start, end }: FormPart): Uint8Array {
    return this.#bytes.subarray(start, end);
  }
}
