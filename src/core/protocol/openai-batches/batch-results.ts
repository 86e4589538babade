import { Buffer } from 'node:buffer';
import { noUsage, type Usage } from '#core/generation/usage.ts';
import { fieldOf, numberOf, parseForeignObject } from '../json-value.ts';

/** What became of a line: numbers alone. */
export type BatchResult = {
  /** 0: it says none. */
  readonly status: number;
  /** Undefined: it tells none that could be read. */
  readonly usage: Usage | undefined;
  /** Bytes of texts in the answer, where nobody tells what it used. */
  readonly textBytes: number;
  /** It ended in the middle. */
  readonly isBroken: boolean;
};

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openObject, closeObject, openList, closeList, newline] = [0x7b, 0x7d, 0x5b, 0x5d, 0x0a];
/** Members that matter stand no deeper: `response.body.usage`. */
const depthKept = 3;
const nameBytesMax = 32;
const kept: ReadonlyMap<string, number> = new Map([
  ['response.status_code', 16],
  ['response.body.usage', 16 * 1024],
]);

/**
 * Reads the results of a batch as they come, byte by byte: a line may be of any size (vectors are large, and pictures), since
 * nothing of it is kept but its status and its usage.
 */
export class BatchResults {
  #line = new Line();

  read(chunk: Uint8Array): readonly BatchResult[] {
    const results: BatchResult[] = [];
    for (let place = 0; place < chunk.length; place += 1) {
      // Checked against the end, which the compiler cannot see.
      const byte = chunk[place] as number;
      if (byte === newline) results.push(...this.end());
      else this.#line.read(byte);
    }
    return results;
  }

  /** The last line, when it has anything in it. */
  end(): readonly BatchResult[] {
    const result = this.#line.result();
    this.#line = new Line();
    return result ? [result] : [];
  }
}

/** What stands under a path of names. */
type Taken = { readonly path: string; readonly bytesMax: number; readonly depth: number; readonly bytes: number[] };

class Line {
  #depth = 0;
  #isText = false;
  #isEscaped = false;
  #isName = false;
  #hasAnything = false;
  /** By depth: is it an object, and the name that was last read in it. */
  readonly #isObject: boolean[] = [];
  readonly #names: string[] = [];
  #name: number[] = [];
  #taken: Taken | undefined;
  readonly #values = new Map<string, Uint8Array>();
  #textBytes = 0;
  #lastText = 0;

  read(byte: number): void {
    if (byte > 32) this.#hasAnything = true;
    if (this.#isText) return this.#readText(byte);
    const taken = this.#taken;
    if (taken && this.#depth === taken.depth && (byte === comma || byte === closeObject)) this.#endValue(taken);
    this.#readStructure(byte);
    if (this.#taken && this.#taken === taken) this.#take(byte);
  }

  result(): BatchResult | undefined {
    if (!this.#hasAnything) return undefined;
    const status = Number(Buffer.from(this.#values.get('response.status_code') ?? []).toString('latin1'));
    const usage = this.#values.get('response.body.usage');
    return {
      status: Number.isSafeInteger(status) && status >= 0 && status < 1_000 ? status : 0,
      usage: usage && readUsage(parseForeignObject(usage)),
      textBytes: this.#textBytes + this.#lastText,
      isBroken: this.#depth !== 0 || this.#isText,
    };
  }

  #readText(byte: number): void {
    this.#take(byte);
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === backslash) this.#isEscaped = true;
    else if (byte === quote) {
      this.#isText = false;
      if (this.#isName) this.#names[this.#depth] = Buffer.from(this.#name).toString('latin1');
      return;
    }
    if (this.#isName) {
      if (this.#name.length < nameBytesMax) this.#name.push(byte);
    } else if (this.#depth > depthKept && this.#names[2] === 'body') this.#lastText += 1;
  }

  #readStructure(byte: number): void {
    switch (byte) {
      case quote:
        this.#isText = true;
        this.#textBytes += this.#lastText;
        this.#lastText = 0;
        // Names deeper than that are told from values by nobody.
        if (this.#isName) this.#name = [];
        return;
      case openObject:
      case openList:
        this.#depth += 1;
        if (this.#depth > depthKept) {
          this.#isName = false;
          return;
        }
        this.#isObject[this.#depth] = byte === openObject;
        this.#names[this.#depth] = '';
        this.#isName = byte === openObject;
        return;
      case closeObject:
      case closeList:
        this.#depth -= 1;
        this.#isName = false;
        return;
      case comma:
        this.#isName = this.#depth <= depthKept && this.#isObject[this.#depth] === true;
        return;
      case colon:
        if (this.#isName) this.#beginValue();
        this.#isName = false;
        // That was a name, and no text.
        this.#lastText = 0;
    }
  }

  #beginValue(): void {
    const path = this.#names.slice(1, this.#depth + 1).join('.');
    const bytesMax = kept.get(path);
    // Of a name that stands twice the last counts.
    if (bytesMax !== undefined) this.#taken = { path, bytesMax, depth: this.#depth, bytes: [] };
  }

  #take(byte: number): void {
    if (this.#taken && this.#taken.bytes.length <= this.#taken.bytesMax) this.#taken.bytes.push(byte);
  }

  #endValue({ path, bytesMax, bytes }: Taken): void {
    this.#taken = undefined;
    if (bytes.length <= bytesMax) this.#values.set(path, Uint8Array.from(bytes));
    else this.#values.delete(path);
  }
}

/** As the chat, Responses and embeddings count; all of them hold what was cached inside the input. */
export function readUsage(usage: unknown): Usage | undefined {
  const total = countOf(usage, 'prompt_tokens') ?? countOf(usage, 'input_tokens');
  if (total === undefined) return undefined;
  const output = countOf(usage, 'completion_tokens') ?? countOf(usage, 'output_tokens') ?? 0;
  const detail = (side: string, name: string) => countOf(fieldOf(usage, `${side}_tokens_details`), name) ?? 0;
  const cachedInput = Math.min(total, detail('prompt', 'cached_tokens') || detail('input', 'cached_tokens'));
  const reasoning = Math.min(output, detail('completion', 'reasoning_tokens') || detail('output', 'reasoning_tokens'));
  return { ...noUsage, input: total - cachedInput, cachedInput, output, reasoning };
}

function countOf(value: unknown, name: string): number | undefined {
  const count = numberOf(fieldOf(value, name));
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
