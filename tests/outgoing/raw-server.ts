import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import tls from 'node:tls';
import type { ExchangeListener } from '#outgoing/providers/exchange.ts';

export type RawServer = {
  readonly url: URL;
  /** Every connection, with all that came over it. */
  readonly connections: { readonly socket: Socket; text: string }[];
};

/** A server that knows no HTTP: it is told of each whole request, and writes what it likes. */
export async function rawServer(
  context: TestContext,
  onRequest: (socket: Socket, index: number) => void,
  { isSecure = false }: { readonly isSecure?: boolean } = {},
): Promise<RawServer> {
  const connections: RawServer['connections'] = [];
  let requests = 0;
  const serve = (socket: Socket) => {
    const connection = { socket, text: '' };
    connections.push(connection);
    let rest = '';
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      const text = bytes.toString('latin1');
      connection.text += text;
      rest += text;
      // Each of the tests' requests ends with this.
      if (!rest.endsWith('.')) return;
      rest = '';
      onRequest(socket, requests++);
    });
  };
  const server = isSecure ? tls.createServer(certificate(), serve) : net.createServer(serve);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  context.after(() => {
    for (const { socket } of connections) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: new URL(`${isSecure ? 'https' : 'http'}://localhost:${port}`), connections };
}

/** Of nobody but this folder's tests. */
export function certificate(): { readonly key: string; readonly cert: string } {
  const read = (name: string) => readFileSync(new URL(`../fixtures/tls/localhost.${name}`, import.meta.url), 'utf8');
  return { key: read('key'), cert: read('crt') };
}

export const ok = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;

/** One exchange, heard to its end. */
export function hearing() {
  const { promise, resolve } = Promise.withResolvers<{ readonly how: string; readonly text: string }>();
  let status = 0;
  let text = '';
  const listener: ExchangeListener = {
    head: (said) => {
      status = said;
    },
    data: (bytes) => {
      text += bytes.toString('latin1');
    },
    end: () => resolve({ how: `ended ${status}`, text }),
    failed: (what) => resolve({ how: what, text }),
  };
  return { listener, heard: promise, textSoFar: () => text };
}
