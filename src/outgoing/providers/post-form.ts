import { Buffer } from 'node:buffer';
import type { PostForm } from './access-tokens.ts';
import { ExchangeRelay } from './exchange-relay.ts';
import { HttpClient } from './http-client.ts';
import { headText } from './request-head.ts';

const replyBytesMax = 64 * 1024;
const waitMs = 10_000;

/** Sockets to token endpoints alone: no redirect is followed, and a reply is short and comes soon. */
export function openPostForm(deadlines: { readonly connectMs: number }): {
  readonly post: PostForm;
  /** Those that nobody asks any more go. */
  keep(addresses: readonly string[]): void;
  close(): void;
} {
  const clients = new Map<string, HttpClient>();
  const clientOf = (url: URL): HttpClient => {
    const client = clients.get(url.origin) ?? new HttpClient(url, deadlines);
    clients.set(url.origin, client);
    return client;
  };
  return {
    post: async (address, form) => {
      const url = new URL(address);
      const reply = await post(clientOf(url), url, Buffer.from(form));
      return JSON.parse(reply.toString('utf8'));
    },
    keep(addresses) {
      const origins = new Set(addresses.map((address) => new URL(address).origin));
      for (const [origin, client] of clients) {
        if (origins.has(origin)) continue;
        client.retire();
        clients.delete(origin);
      }
    },
    close() {
      for (const client of clients.values()) client.destroy();
    },
  };
}

function post(client: HttpClient, url: URL, body: Buffer): Promise<Buffer> {
  const head = headText({ method: 'POST', path: url.pathname + url.search, headers, body: [body] }, url.host);
  if (head === undefined) return Promise.reject(new Error('no address for a token'));
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    const fail = (why: string) => {
      clearTimeout(timer);
      relay.abort();
      reject(new Error(why));
    };
    const relay = new ExchangeRelay({
      head: (said) => {
        status = said;
      },
      data: (piece) => {
        pieces.push(piece);
        bytes += piece.length;
        if (bytes > replyBytesMax) fail('too long for a token');
      },
      end: () => {
        if (status !== 200) return fail('no token was given');
        clearTimeout(timer);
        resolve(Buffer.concat(pieces));
      },
      failed: () => fail('no token was given'),
    });
    const timer = setTimeout(() => fail('no token in time'), waitMs);
    relay.attach(client.send({ head, body: [body] }, relay));
  });
}

const headers = [
  'content-type',
  'application/x-www-form-urlencoded',
  'accept',
  'application/json',
  'user-agent',
  'fairlead',
];
