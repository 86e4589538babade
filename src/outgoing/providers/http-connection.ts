import { Buffer } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type net from 'node:net';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { lengthOf } from './request-head.ts';
import { ResponseReader, type ResponseSink } from './response-reader.ts';

/** What one connection tells its pool. */
export type ConnectionOwner = {
  /** It may carry another request; for so long, if the upstream said so. */
  idle(connection: HttpConnection, idleMs: number | undefined): void;
  gone(connection: HttpConnection): void;
};

export type OutgoingRequest = {
  /** Up to the empty line, and with it. */
  readonly head: string;
  /** One piece after the other; none: no body. */
  readonly body: readonly Uint8Array[];
};

type OpenSocket = (onread: net.OnReadOpts) => net.Socket;

/** A head and a body up to this go in one piece: copying them is cheaper than a second buffer. */
const oneWriteBytesMax = 8 * 1024;

/** All plain sockets of a thread read into this: whatever is kept is copied before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** One socket to an upstream, which carries one request at a time. */
export class HttpConnection implements Exchange, ResponseSink {
  readonly #socket: net.Socket;
  readonly #owner: ConnectionOwner;
  readonly #connectTimer: NodeJS.Timeout;
  #listener: ExchangeListener | undefined;
  #reader: ResponseReader;
  #isConnected = false;
  #isPaused = false;

  constructor(open: OpenSocket, { owner, connectMs }: { readonly owner: ConnectionOwner; readonly connectMs: number }) {
    this.#owner = owner;
    this.#reader = new ResponseReader(this);
    this.#socket = open({
      buffer: readBuffer,
      callback: (size) => {
        this.#read(readBuffer.subarray(0, size));
        return true;
      },
    });
    this.#connectTimer = setTimeout(() => this.#socket.destroy(), connectMs);
    this.#listen(this.#socket);
  }

  #listen(socket: net.Socket): void {
    const connected = 'encrypted' in socket ? 'secureConnect' : 'connect';
    socket.on(connected, () => {
      this.#isConnected = true;
      clearTimeout(this.#connectTimer);
    });
    // Of encrypted sockets alone: plain ones read by the callback above.
    if ('encrypted' in socket) socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('end', () => this.#ended());
    // `close` follows. The error's text is never read: it can quote what was sent.
    socket.on('error', () => undefined);
    socket.on('close', () => this.#closed());
  }

  /** Sends a request; the listener hears of everything later. */
  send({ head, body }: OutgoingRequest, listener: ExchangeListener): Exchange {
    this.#listener = listener;
    this.#reader = new ResponseReader(this);
    const socket = this.#socket;
    const bytes = lengthOf(body);
    if (bytes === 0) socket.write(head, 'latin1');
    else if (bytes <= oneWriteBytesMax) {
      const whole = Buffer.allocUnsafe(head.length + bytes);
      let at = whole.write(head, 0, 'latin1');
      for (const piece of body) {
        whole.set(piece, at);
        at += piece.length;
      }
      socket.write(whole);
    } else {
      socket.cork();
      socket.write(head, 'latin1');
      for (const piece of body) socket.write(piece);
      socket.uncork();
    }
    return this;
  }

  /** These three are its current request's: who has heard the end of one must not call them for it any more. */
  abort(): void {
    this.#listener = undefined;
    this.destroy();
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket.resume();
  }

  /** At once no request's any more, though its socket closes a little later. */
  destroy(): void {
    this.#owner.gone(this);
    this.#socket.destroy();
  }

  head(status: number, headers: IncomingHttpHeaders): void {
    this.#listener?.head(status, headers);
  }

  data(bytes: Buffer): void {
    this.#listener?.data(Buffer.from(bytes));
  }

  #read(bytes: Buffer): void {
    // Nothing was asked: whatever it is, it must not be taken for the next answer.
    if (!this.#listener) return this.destroy();
    try {
      const progress = this.#reader.push(bytes);
      if (progress === 'malformed') this.#fail();
      if (progress === 'whole') this.#whole();
    } catch {
      // What a listener stumbles over ends its own exchange, and not the process.
      this.#fail();
    }
  }

  #whole(): void {
    const listener = this.#listener;
    if (!listener) return;
    this.#listener = undefined;
    // An answer to a request that is still being sent: the rest of it would be read as the next one.
    const isReusable = this.#reader.isPersistent && this.#socket.writableLength === 0;
    if (!isReusable) this.destroy();
    else {
      if (this.#isPaused) this.resume();
      this.#owner.idle(this, this.#reader.idleMs);
    }
    listener.end();
  }

  #ended(): void {
    if (this.#listener && this.#reader.closed()) this.#whole();
    else this.#fail();
  }

  #closed(): void {
    clearTimeout(this.#connectTimer);
    this.#fail();
  }

  #fail(): void {
    const listener = this.#listener;
    this.#listener = undefined;
    this.destroy();
    listener?.failed(this.#isConnected ? 'reset' : 'connect-failed');
  }
}
