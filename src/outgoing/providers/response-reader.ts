import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';

export type ResponseSink = {
  head(status: number, headers: IncomingHttpHeaders): void;
  data(bytes: Buffer): void;
};

/** `malformed`: not HTTP/1.1 as RFC 9112 has it; nothing that follows on its connection can be trusted. */
export type ReadProgress = 'goes-on' | 'whole' | 'malformed';

type State = 'head' | 'counted' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'until-close' | 'whole';

const headBytesMax = 64 * 1024;
const chunkLineBytesMax = 4 * 1024;
const chunkDigitsMax = 12;
const lineEnd = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/**
 * Reads one response from the bytes of a connection, in whatever pieces they come. Strict: where the length of a body
 * could be read in two ways, one customer's answer could become another's. It keeps no piece that it was given.
 */
export class ResponseReader {
  readonly #sink: ResponseSink;
  #state: State = 'head';
  /** What came of a line that is not whole. */
  #rest: Buffer | undefined;
  /** Bytes of the body, or of its chunk, that are still to come. */
  #missing = 0;
  #isPersistent = false;
  #idleMs: number | undefined;

  constructor(sink: ResponseSink) {
    this.#sink = sink;
  }

  /** The connection may carry another request once this response is whole. */
  get isPersistent(): boolean {
    return this.#isPersistent;
  }

  /** How long the upstream said that it keeps an idle connection. */
  get idleMs(): number | undefined {
    return this.#idleMs;
  }

  push(piece: Buffer): ReadProgress {
    const bytes = this.#rest ? Buffer.concat([this.#rest, piece]) : piece;
    this.#rest = undefined;
    let at = 0;
    while (this.#state !== 'whole') {
      const next = this.#step(bytes, at);
      if (next === 'malformed') return 'malformed';
      if (next < 0) {
        if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
        return 'goes-on';
      }
      at = next;
    }
    // Nothing was asked yet that this could answer.
    if (at < bytes.length) this.#isPersistent = false;
    return 'whole';
  }

  /** The upstream closed. True: that was the end of the body. */
  closed(): boolean {
    return this.#state === 'until-close';
  }

  /** Where the next step begins; -1 when this one needs more bytes. */
  #step(bytes: Buffer, at: number): number | 'malformed' {
    switch (this.#state) {
      case 'head':
        return this.#readHead(bytes, at);
      case 'counted':
      case 'chunk':
        return this.#readBody(bytes, at);
      case 'chunk-size':
        return this.#readChunkSize(bytes, at);
      case 'chunk-end':
        if (at + 2 > bytes.length) return -1;
        if (bytes[at] !== carriageReturn || bytes[at + 1] !== lineFeed) return 'malformed';
        this.#state = 'chunk-size';
        return at + 2;
      case 'trailers':
        return this.#readTrailers(bytes, at);
      case 'until-close':
        if (at === bytes.length) return -1;
        this.#sink.data(bytes.subarray(at));
        return bytes.length;
      case 'whole':
        return at;
    }
  }

  #readBody(bytes: Buffer, at: number): number {
    if (at === bytes.length) return -1;
    const end = Math.min(bytes.length, at + this.#missing);
    this.#missing -= end - at;
    if (this.#missing === 0) this.#state = this.#state === 'counted' ? 'whole' : 'chunk-end';
    this.#sink.data(bytes.subarray(at, end));
    return end;
  }

  #readChunkSize(bytes: Buffer, at: number): number | 'malformed' {
    let size = 0;
    let end = at;
    for (; end < bytes.length; end++) {
      const digit = hexDigit(bytes[end] ?? 0);
      if (digit < 0) break;
      size = size * 16 + digit;
    }
    if (end - at > chunkDigitsMax) return 'malformed';
    // Mostly nothing stands between the digits and the end of the line; what may, says nothing to us.
    let stop = end;
    if (bytes[end] !== carriageReturn || bytes[end + 1] !== lineFeed) {
      stop = bytes.indexOf(lineEnd, end);
      if (stop < 0) return bytes.length - at > chunkLineBytesMax ? 'malformed' : -1;
      if (!/^[ \t]*;[^\r\n\0]*$/.test(bytes.toString('latin1', end, stop))) return 'malformed';
    }
    if (end === at) return 'malformed';
    this.#missing = size;
    this.#state = size === 0 ? 'trailers' : 'chunk';
    return stop + 2;
  }

  #readTrailers(bytes: Buffer, at: number): number | 'malformed' {
    if (bytes.length - at >= 2 && bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) {
      this.#state = 'whole';
      return at + 2;
    }
    const end = bytes.indexOf(headEnd, at);
    if (end < 0) return bytes.length - at > headBytesMax ? 'malformed' : -1;
    this.#state = 'whole';
    return end + 4;
  }

  #readHead(bytes: Buffer, at: number): number | 'malformed' {
    const end = bytes.indexOf(headEnd, at);
    if (end - at > headBytesMax || (end < 0 && bytes.length - at > headBytesMax)) return 'malformed';
    if (end < 0) return -1;
    const head = parseHead(bytes.toString('latin1', at, end));
    if (!head || head.status === 101) return 'malformed';
    // A hint such as 103; the response itself follows.
    if (head.status < 200) return end + 4;
    if (!this.#expectBody(head)) return 'malformed';
    this.#sink.head(head.status, head.headers);
    return end + 4;
  }

  /** False: its length is not said, or said in two ways. */
  #expectBody({ isLatest, status, headers }: Head): boolean {
    const { connection, 'transfer-encoding': coding, 'content-length': length } = headers;
    this.#isPersistent = isLatest && !/(^|,)\s*close\s*(,|$)/i.test(connection ?? '');
    this.#idleMs = idleOf(String(headers['keep-alive'] ?? ''));
    if (status === 204 || status === 304) this.#state = 'whole';
    else if (coding !== undefined) {
      if (length !== undefined || !isLatest || coding.toLowerCase() !== 'chunked') return false;
      this.#state = 'chunk-size';
    } else if (length !== undefined) {
      if (!/^\d{1,15}$/.test(length)) return false;
      this.#missing = Number(length);
      this.#state = this.#missing === 0 ? 'whole' : 'counted';
    } else {
      this.#state = 'until-close';
      this.#isPersistent = false;
    }
    return true;
  }
}

type Head = { readonly isLatest: boolean; readonly status: number; readonly headers: IncomingHttpHeaders };

/** Sticky, and used by one function that never waits. */
const headerLine = /([!#$%&'*+\-.^_`|~\w]+):[ \t]*([^\r\n\0]*)(?:\r\n|$)/y;

function parseHead(text: string): Head | undefined {
  const status = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [^\r\n\0]*)?(?:\r\n|$)/.exec(text);
  if (!status) return undefined;
  const headers: Record<string, string> = {};
  for (headerLine.lastIndex = status[0].length; headerLine.lastIndex < text.length; ) {
    const line = headerLine.exec(text);
    if (!line) return undefined;
    const [, written = '', value = ''] = line;
    const name = written.toLowerCase();
    const before = headers[name];
    headers[name] = before === undefined ? value.trimEnd() : `${before}, ${value.trimEnd()}`;
  }
  return { isLatest: status[1] === '1', status: Number(status[2]), headers };
}

function idleOf(keepAlive: string): number | undefined {
  const seconds = /(?:^|[,;\s])timeout=(\d{1,6})/i.exec(keepAlive)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1000;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
