import { Buffer } from 'node:buffer';
import { scanJsonObject } from '../json-scan.ts';
import { utf8Of } from '../json-value.ts';
import { type SseEvent, SseSplitter } from '../sse.ts';

const noFields: ReadonlySet<string> = new Set();
const depthMax = 256;

/**
 * The stream of a caller that did not ask for `alt=sse`: a JSON list of the same objects. It takes the bytes of the
 * event stream, in any pieces, and is whole JSON once `end` was called, whatever came before.
 */
export class JsonArrayFraming {
  readonly contentType = 'application/json; charset=utf-8';
  readonly isJson = true;
  readonly wantsUsage = true;
  readonly #splitter = new SseSplitter();
  #hasElement = false;
  #isEnded = false;

  write(sse: string | Uint8Array): string {
    if (this.#isEnded) return '';
    const { buffer, events } = this.#splitter.push(typeof sse === 'string' ? Buffer.from(sse, 'utf8') : sse);
    let out = '';
    for (const event of events) out += this.#frame(event, buffer);
    return out;
  }

  /** An event that was cut is left out: a list cannot hold half an object. */
  end(): string {
    if (this.#isEnded) return '';
    this.#isEnded = true;
    return this.#hasElement ? ']' : '[]';
  }

  #frame({ data, start, end }: SseEvent, buffer: Uint8Array): string {
    // A comment is a heartbeat, and white space is what a list has to say nothing with.
    if (data === null) return isComment(buffer.subarray(start, end)) ? '\n' : '';
    const scan = scanJsonObject(data, noFields, depthMax);
    if (!scan.ok) return '';
    const before = this.#hasElement ? ',\n' : '[';
    this.#hasElement = true;
    return before + utf8Of(data.subarray(scan.start, scan.end));
  }
}

/** The line feed of the break before, cut off from its carriage return by the end of a piece, may stand first. */
function isComment(event: Uint8Array): boolean {
  return event[event[0] === 0x0a ? 1 : 0] === 0x3a;
}
