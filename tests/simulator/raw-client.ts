import { connect } from 'node:net';
import type { Simulator } from '#simulator/simulator.ts';

/** What a caller without any HTTP library sees on the wire. */
export type Seen = {
  readonly bytes: Buffer;
  /** 0 when no head came. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body without its chunked framing. */
  readonly body: Buffer;
  readonly chunks: readonly Buffer[];
  /** Whether the framing says that this was all. */
  readonly isWhole: boolean;
  readonly ended: 'closed' | 'reset' | 'silent';
};

/** Long enough for a busy machine. */
const silenceMs = 1_000;

export type Where = { readonly path: string; readonly headers: readonly string[] };

const chat: Where = { path: '/v1/chat/completions', headers: ['authorization: Bearer any'] };

/** `patienceMs`: after so long without a byte it is silent. */
export function callRaw(
  simulator: Simulator,
  body: unknown,
  { path, headers }: Where = chat,
  patienceMs = silenceMs,
): Promise<Seen> {
  const text = JSON.stringify(body);
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${simulator.port}`,
    ...headers,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = connect({ port: simulator.port, host: '127.0.0.1' });
    const finish = (ended: Seen['ended']) => {
      socket.destroy();
      resolve(readSeen(Buffer.concat(parts), ended));
    };
    socket.setTimeout(patienceMs, () => finish('silent'));
    socket.on('data', (part: Buffer) => parts.push(part));
    socket.on('error', () => finish('reset'));
    socket.on('end', () => finish('closed'));
    socket.write(`${lines.join('\r\n')}\r\n\r\n${text}`);
  });
}

/** The data of each event, by the rules of server-sent events for LF alone. */
export function readData(body: Buffer): string[] {
  return body
    .toString('utf8')
    .split('\n\n')
    .flatMap((event) => {
      const lines = event.split('\n').filter((line) => line.startsWith('data: '));
      return lines.length === 0 ? [] : [lines.map((line) => line.slice('data: '.length)).join('\n')];
    });
}

function readSeen(bytes: Buffer, ended: Seen['ended']): Seen {
  const headEnd = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = headEnd < 0 ? [] : bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const rest = headEnd < 0 ? Buffer.alloc(0) : bytes.subarray(headEnd + 4);
  const status = Number(first.split(' ')[1] ?? 0);
  if (headers['transfer-encoding'] === 'chunked') {
    return { bytes, status, headers, ended, ...readChunks(rest) };
  }
  const promised = headers['content-length'];
  const isWhole = headEnd >= 0 && (promised === undefined ? ended === 'closed' : Number(promised) === rest.length);
  return { bytes, status, headers, ended, body: rest, chunks: [rest], isWhole };
}

function readChunks(rest: Buffer): Pick<Seen, 'body' | 'chunks' | 'isWhole'> {
  const chunks: Buffer[] = [];
  let at = 0;
  while (at < rest.length) {
    const line = rest.indexOf('\r\n', at);
    const size = line < 0 ? '' : rest.subarray(at, line).toString('latin1');
    if (!/^[0-9a-f]+$/.test(size)) break;
    const length = Number.parseInt(size, 16);
    if (length === 0) return { body: Buffer.concat(chunks), chunks, isWhole: true };
    chunks.push(rest.subarray(line + 2, line + 2 + length));
    at = line + 2 + length + 2;
  }
  return { body: Buffer.concat(chunks), chunks, isWhole: false };
}
