// An HTTP/1.1 client for one origin, as lean as a gateway's: no queue, no redirects, no retries, no HTTP/2.
// docs/decisions/0009-upstream-client.md says what it saves and what it must not get wrong.
import net from 'node:net';
import tls from 'node:tls';
import type { Exchange, ExchangeListener } from './exchange.ts';
import { type ConnectionOwner, HttpConnection, type OutgoingRequest } from './http-connection.ts';

/** An upstream may close an idle connection at any time; a short life of our own makes that race rare. */
const idleMsDefault = 4_000;
const idleMsMax = 30_000;
/** So long before an upstream would close by its own word. */
const idleMsAhead = 2_000;
const sweepMs = 1_000;

type Idle = { readonly connection: HttpConnection; readonly untilMs: number };

export class HttpClient implements ConnectionOwner {
  readonly #url: URL;
  readonly #connectMs: number;
  readonly #all = new Set<HttpConnection>();
  /** The latest to become idle is the first to be used, so that those too many grow old. */
  #idle: Idle[] = [];
  #isRetired = false;
  #sweeper: NodeJS.Timeout | undefined;
  #session: Buffer | undefined;

  constructor(url: URL, { connectMs }: { readonly connectMs: number }) {
    this.#url = url;
    this.#connectMs = connectMs;
  }

  /** Sends on an idle connection, or on a new one. */
  send(request: OutgoingRequest, listener: ExchangeListener): Exchange {
    return this.#connection().send(request, listener);
  }

  /** What is under way ends as it would; nothing stays open after it. */
  retire(): void {
    this.#isRetired = true;
    for (const { connection } of this.#idle.splice(0)) connection.destroy();
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }

  destroy(): void {
    clearInterval(this.#sweeper);
    this.#idle = [];
    for (const connection of this.#all) connection.destroy();
  }

  idle(connection: HttpConnection, idleMs: number | undefined): void {
    const ms = idleMs === undefined ? idleMsDefault : Math.min(idleMs - idleMsAhead, idleMsMax);
    if (ms <= 0 || this.#isRetired) return connection.destroy();
    this.#idle.push({ connection, untilMs: performance.now() + ms });
    this.#sweeper ??= setInterval(() => this.#sweep(), sweepMs).unref();
  }

  gone(connection: HttpConnection): void {
    this.#all.delete(connection);
    const at = this.#idle.findIndex((idle) => idle.connection === connection);
    if (at >= 0) this.#idle.splice(at, 1);
  }

  #connection(): HttpConnection {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.untilMs > performance.now()) return idle.connection;
      idle.connection.destroy();
    }
    const connection = new HttpConnection((onread) => this.#open(onread), { owner: this, connectMs: this.#connectMs });
    this.#all.add(connection);
    return connection;
  }

  #open(onread: net.OnReadOpts): net.Socket {
    const { protocol, hostname, port } = this.#url;
    // An IPv6 address stands in brackets in a URL, and nowhere else.
    const host = hostname.replace(/^\[(.*)\]$/, '$1');
    if (protocol === 'http:') return net.connect({ host, port: Number(port || 80), noDelay: true, onread });
    const socket = tls.connect({
      host,
      port: Number(port || 443),
      servername: net.isIP(host) === 0 ? host : '',
      ALPNProtocols: ['http/1.1'],
      ...(this.#session ? { session: this.#session } : {}),
    });
    socket.setNoDelay(true);
    socket.on('session', (session) => {
      this.#session = session;
    });
    return socket;
  }

  #sweep(): void {
    const now = performance.now();
    const old = this.#idle.filter(({ untilMs }) => untilMs <= now);
    this.#idle = this.#idle.filter(({ untilMs }) => untilMs > now);
    for (const { connection } of old) connection.destroy();
    if (this.#idle.length > 0) return;
    clearInterval(this.#sweeper);
    this.#sweeper = undefined;
  }
}
