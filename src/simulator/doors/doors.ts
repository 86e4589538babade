// Addresses at which something fails before a request can be read: no model's name can choose these faults, only an
// upstream's address.
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { makeCertificate } from './certificate.ts';

export const doorModes = [
  { mode: 'refused', what: 'Nobody listens.' },
  { mode: 'accept-close', what: 'Accepts the connection and closes it (FIN).' },
  { mode: 'accept-reset', what: 'Accepts the connection and resets it (RST).' },
  { mode: 'accept-silent', what: 'Accepts the connection, reads, and never says a word.' },
  { mode: 'speaks-first', what: 'Greets like a mail server, whatever comes.' },
  { mode: 'tls-untrusted', what: 'Shows a certificate that nobody vouches for.' },
  { mode: 'tls-expired', what: 'Shows a certificate whose time is over.' },
  { mode: 'tls-wrong-host', what: 'Shows the certificate of another host.' },
  { mode: 'tls-stall', what: 'Begins a TLS handshake and never goes on.' },
  { mode: 'tls-plain', what: 'Answers a TLS handshake with plain HTTP.' },
] as const;

export type DoorMode = (typeof doorModes)[number]['mode'];

export type Doors = {
  /** Without a path. */
  url(mode: DoorMode): string;
  /** How many connections came to this door. `refused` counts none. */
  knocks(mode: DoorMode): number;
  /** Who trusts these two certificates meets what is wrong with them, and not that nobody vouches for them. */
  readonly trust: string;
  close(): Promise<void>;
};

type Answering = (socket: Socket) => void;

const dayMs = 86_400_000;

export function doorUrl(mode: DoorMode, port: number): string {
  return `${mode.startsWith('tls-') ? 'https' : 'http'}://127.0.0.1:${port}`;
}

/** Each door has a port of its own: the ones given, in the order of `doorModes`, or free ones. */
export async function openDoors(firstPort = 0): Promise<Doors> {
  const now = Date.now();
  const fresh = { validFrom: new Date(now - dayMs), validTo: new Date(now + 30 * dayMs) };
  const untrusted = makeCertificate({ host: '127.0.0.1', ...fresh });
  const expired = makeCertificate({
    host: '127.0.0.1',
    validFrom: new Date(now - 9 * dayMs),
    validTo: new Date(now - dayMs),
  });
  const wrongHost = makeCertificate({ host: 'elsewhere.example', ...fresh });
  const servers: Record<DoorMode, Server> = {
    refused: createServer(),
    'accept-close': createServer(answering((socket) => socket.end())),
    'accept-reset': createServer(answering((socket) => socket.resetAndDestroy())),
    'accept-silent': createServer(answering(() => {})),
    'speaks-first': createServer(answering((socket) => socket.end('220 mail.example ESMTP ready\r\n'))),
    'tls-untrusted': createTlsServer(
      untrusted,
      answering(() => {}),
    ),
    'tls-expired': createTlsServer(
      expired,
      answering(() => {}),
    ),
    'tls-wrong-host': createTlsServer(
      wrongHost,
      answering(() => {}),
    ),
    'tls-stall': createServer(answering(() => {})),
    'tls-plain': createServer(answering((socket) => socket.once('data', () => socket.end(plainAnswer)))),
  };
  const knocks = new Map<DoorMode, number>();
  const sockets = new Set<Socket>();
  const ports = new Map<DoorMode, number>();
  for (const [index, { mode }] of doorModes.entries()) {
    const server = servers[mode];
    server.on('connection', (socket: Socket) => {
      knocks.set(mode, (knocks.get(mode) ?? 0) + 1);
      sockets.add(socket);
      socket.on('error', () => {}).once('close', () => sockets.delete(socket));
    });
    server.on('tlsClientError', () => {});
    ports.set(mode, await listen(server, firstPort === 0 ? 0 : firstPort + index));
  }
  // A port that was just ours and is free again: nobody listens there.
  await closeServer(servers.refused);
  return {
    url: (mode) => doorUrl(mode, ports.get(mode) ?? 0),
    knocks: (mode) => knocks.get(mode) ?? 0,
    trust: expired.cert + wrongHost.cert,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        doorModes.filter(({ mode }) => mode !== 'refused').map(({ mode }) => closeServer(servers[mode])),
      );
    },
  };
}

const plainAnswer = 'HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n';

function answering(answer: Answering): Answering {
  return (socket) => {
    socket.on('error', () => {});
    socket.resume();
    answer(socket);
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
