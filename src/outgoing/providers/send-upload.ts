import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { ContentStream } from '#core/generation/content-stream.ts';
import type { Exchange, ExchangeListener } from './exchange.ts';

export type UploadRequest = {
  readonly origin: string;
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly content: ContentStream;
  /** Undefined: it ends when it ends. */
  readonly bytes: number | undefined;
};

/**
 * A body that passes once and is never held: rare and long, so it has a connection of its own, and Node minds its
 * backpressure and its framing. Nothing of it is ever sent again.
 */
export function sendUpload(ask: UploadRequest, connectMs: number, listener: ExchangeListener): Exchange {
  const { origin, path, headers, content, bytes } = ask;
  const named: Record<string, string> = bytes === undefined ? {} : { 'content-length': String(bytes) };
  for (let at = 0; at + 1 < headers.length; at += 2) named[headers[at] ?? ''] = headers[at + 1] ?? '';
  const open = origin.startsWith('https:') ? httpsRequest : httpRequest;
  const request = open(origin + path, { method: 'POST', headers: named, agent: false });
  return new Passing(request, Readable.from(content.reveal('send-upstream'), { objectMode: false }), {
    connectMs,
    listener,
  });
}

class Passing implements Exchange {
  readonly #request: ClientRequest;
  readonly #body: Readable;
  readonly #listener: ExchangeListener;
  readonly #connecting: NodeJS.Timeout;
  #response: IncomingMessage | undefined;
  #isConnected = false;
  #isOver = false;

  constructor(
    request: ClientRequest,
    body: Readable,
    { connectMs, listener }: { readonly connectMs: number; readonly listener: ExchangeListener },
  ) {
    this.#request = request;
    this.#body = body;
    this.#listener = listener;
    this.#connecting = setTimeout(() => this.#failed(), connectMs);
    request.on('socket', (socket) => socket.once('connect', () => this.#connected()));
    request.on('response', (response) => this.#began(response));
    // An error's text is never read: it can quote what was sent. What closes without a reply has failed as well.
    request.on('error', () => this.#response || this.#failed());
    request.on('close', () => this.#response || this.#failed());
    body.on('error', () => this.#failed());
    body.pipe(request);
  }

  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#close();
  }

  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  #connected(): void {
    this.#isConnected = true;
    clearTimeout(this.#connecting);
  }

  #began(response: IncomingMessage): void {
    this.#response = response;
    if (this.#isOver) return;
    this.#listener.head(response.statusCode ?? 0, response.headers);
    response.on('data', (bytes: Buffer) => this.#isOver || this.#listener.data(bytes));
    response.on('end', () => this.#ended());
    response.on('error', () => this.#failed());
    response.on('close', () => this.#failed());
  }

  #ended(): void {
    if (this.#isOver || !this.#response?.complete) return this.#failed();
    this.#isOver = true;
    this.#close();
    this.#listener.end();
  }

  #failed(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#close();
    this.#listener.failed(this.#isConnected ? 'reset' : 'connect-failed');
  }

  /** A reply may come before all was sent: the rest is not. */
  #close(): void {
    clearTimeout(this.#connecting);
    this.#body.unpipe(this.#request);
    this.#body.destroy();
    this.#request.destroy();
  }
}
