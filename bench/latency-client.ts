// A process of its own: a fixed number of requests a second, whether or not earlier ones have been answered, so that a
// slow gateway cannot slow its own measurement. Each answer's time counts from the write of its request.
import { connect, type Socket } from 'node:net';
import { type ClientTarget, readHead, writeRequest } from './client-socket.ts';
import { percentile } from './statistics.ts';

export type LatencyOrder = ClientTarget & { readonly perSecond: number; readonly seconds: number };
export type LatencyResult = {
  readonly done: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
};

type Connection = { readonly socket: Socket; sentAt: number; answer: Buffer };

const order: LatencyOrder = JSON.parse(process.argv[2] ?? '{}');
const request = writeRequest(order, 'keep-alive');
const free: Connection[] = [];
const times: number[] = [];
const connectionsMax = 512;
let open = 0;
let failed = 0;
let sent = 0;

await Promise.all(Array.from({ length: 16 }, () => openConnection()));
const began = performance.now();
const total = order.perSecond * order.seconds;
const timer = setInterval(sendWhatIsDue, 1);
setTimeout(finish, order.seconds * 1000 + 10_000).unref();

function sendWhatIsDue(): void {
  const due = Math.min(total, ((performance.now() - began) * order.perSecond) / 1000);
  for (; sent < due; sent++) {
    const connection = free.pop();
    if (connection !== undefined) send(connection);
    else if (open < connectionsMax) openConnection().then(() => send(free.pop()));
    else fail();
  }
  if (sent >= total) clearInterval(timer);
}

function send(connection: Connection | undefined): void {
  if (connection === undefined) {
    fail();
    return;
  }
  connection.sentAt = performance.now();
  connection.socket.write(request);
}

function openConnection(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true });
  const connection: Connection = { socket, sentAt: 0, answer: Buffer.alloc(0) };
  open++;
  socket.on('connect', () => {
    free.push(connection);
    resolve();
  });
  socket.on('data', (part: Buffer) => receive(connection, part));
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    open--;
    const place = free.indexOf(connection);
    if (place !== -1) free.splice(place, 1);
    else fail();
    resolve();
  });
  return promise;
}

function receive(connection: Connection, part: Buffer): void {
  connection.answer = connection.answer.length === 0 ? part : Buffer.concat([connection.answer, part]);
  const head = readHead(connection.answer);
  if (head === undefined) return;
  const isWhole =
    head.contentBytes === undefined
      ? connection.answer.subarray(head.bytes).toString('latin1').endsWith('0\r\n\r\n')
      : connection.answer.length >= head.bytes + head.contentBytes;
  if (!isWhole) return;
  const took = performance.now() - connection.sentAt;
  connection.answer = Buffer.alloc(0);
  free.push(connection);
  if (head.isOk) times.push(took * 1000);
  else failed++;
  finishWhenAnswered();
}

function fail(): void {
  failed++;
  finishWhenAnswered();
}

function finishWhenAnswered(): void {
  if (times.length + failed >= total) finish();
}

function finish(): void {
  const sorted = times.toSorted((one, other) => one - other);
  const result: LatencyResult = {
    done: times.length,
    failed: Math.max(failed, total - times.length),
    p50: percentile(sorted, 50),
    p99: percentile(sorted, 99),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}
