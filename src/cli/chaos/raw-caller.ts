import { connect, type Socket } from 'node:net';
import { headersFor, type Server } from './caller.ts';

/** A caller that does with its connection what no HTTP library would. */
export class RawCaller {
  readonly #socket: Socket;
  #bytes = Buffer.alloc(0);
  #isOver = false;
  #wake: () => void = () => {};

  constructor({ url }: Server) {
    const { hostname, port } = new URL(url);
    this.#socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
    this.#socket.on('data', (part: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, part]);
      this.#wake();
    });
    this.#socket.on('error', () => {});
    for (const end of ['end', 'close'] as const) {
      this.#socket.on(end, () => {
        this.#isOver = true;
        this.#wake();
      });
    }
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Nothing more will come. */
  get isOver(): boolean {
    return this.#isOver;
  }

  send(text: string | Buffer): void {
    this.#socket.write(text);
  }

  /** Says that nothing more will be sent. */
  halfClose(): void {
    this.#socket.end();
  }

  stopReading(): void {
    this.#socket.pause();
  }

  leave(): void {
    this.#socket.destroy();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** False: it did not come to be in time, or nothing more will come. */
  async until(look: (bytes: Buffer) => boolean, ms: number): Promise<boolean> {
    const timer = setTimeout(() => this.#wake(), ms);
    const end = performance.now() + ms;
    try {
      while (!look(this.#bytes)) {
        if (this.#isOver || performance.now() >= end) return false;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      return true;
    } finally {
      clearTimeout(timer);
    }
  }
}

export function requestText(server: Server, path: string, body: unknown): { head: string; body: Buffer } {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = { host: new URL(server.url).host, ...headersFor(server), 'content-length': String(bytes.length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return { head: `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, body: bytes };
}

/** Whole replies on a connection, one after the other: their statuses and bodies. */
export function readReplies(bytes: Buffer): readonly { readonly status: number; readonly body: Buffer }[] {
  const replies: { status: number; body: Buffer }[] = [];
  let rest = bytes;
  for (;;) {
    const headEnd = rest.indexOf('\r\n\r\n');
    if (headEnd < 0) return replies;
    const head = rest.subarray(0, headEnd).toString('latin1');
    const status = Number(head.split(' ')[1] ?? 0);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    const found = length === undefined ? readChunked(rest, headEnd + 4) : readSized(rest, headEnd + 4, Number(length));
    if (!found) return replies;
    replies.push({ status, body: found.body });
    rest = rest.subarray(found.end);
  }
}

type Found = { readonly body: Buffer; readonly end: number };

function readSized(bytes: Buffer, start: number, length: number): Found | undefined {
  const end = start + length;
  return end > bytes.length ? undefined : { body: bytes.subarray(start, end), end };
}

function readChunked(bytes: Buffer, start: number): Found | undefined {
  const chunks: Buffer[] = [];
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16);
    if (!(size >= 0)) return undefined;
    const next = line + 2 + size + 2;
    if (next > bytes.length) return undefined;
    if (size === 0) return { body: Buffer.concat(chunks), end: next };
    chunks.push(bytes.subarray(line + 2, line + 2 + size));
    at = next;
  }
}
