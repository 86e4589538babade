// A process of its own, beside the upstream on its core: opens streams, counts chunks, measures each chunk's age.
import { connect } from 'node:net';
import { type ClientTarget, readHead, writeRequest } from './client-socket.ts';
import { readStamps } from './stamp.ts';
import { percentile } from './statistics.ts';

export type StreamOrder = ClientTarget & {
  readonly streams: number;
  readonly seconds: number;
  // What stands in the last event of a whole stream: OpenAI's own when left out.
  readonly ending?: string;
};
export type StreamResult = {
  readonly seconds: number;
  readonly streams: number;
  readonly failed: number;
  readonly firstFault: string;
  readonly chunks: number;
  readonly together: number; // Chunks that came in one read with the one before.
  readonly delayP50: number;
  readonly delayP99: number;
};

const order: StreamOrder = JSON.parse(process.argv[2] ?? '{}');
const request = writeRequest(order, 'close');
const ending = order.ending ?? '[DONE]';
const ages: number[] = [];
let streams = 0;
let failed = 0;
let firstFault = '';
let together = 0;

const began = performance.now();
const slots = Array.from({ length: order.streams }, (_, place) => keepOpen(place));
await Promise.all(slots);
report((performance.now() - began) / 1000);

// Streams begin apart from each other, as callers do; each place opens the next until the time is over.
async function keepOpen(place: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, (place * 100) / order.streams));
  do {
    if (await readStream()) streams++;
    else await failSlowly();
  } while (performance.now() - began < order.seconds * 1000 - 100);
}

// A gateway that refuses at once must not be asked ten thousand times.
async function failSlowly(): Promise<void> {
  failed++;
  await new Promise((resolve) => setTimeout(resolve, 200));
}

// The end is the server's closing of the connection: no guess about where a chunked body stops is needed.
function readStream(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
  let head = Buffer.alloc(0);
  let isOk: boolean | undefined;
  let rest = Buffer.alloc(0);
  let isDone = false;
  socket.on('data', (part: Buffer) => {
    let bytes = part;
    if (isOk === undefined) {
      head = Buffer.concat([head, part]);
      const read = readHead(head);
      if (read === undefined) return;
      isOk = read.isOk;
      bytes = head.subarray(read.bytes);
    }
    const joined = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
    let inThisRead = 0;
    rest = readStamps(joined, (age) => {
      ages.push(age);
      if (inThisRead++ > 0) together++;
    }) as typeof rest;
    isDone ||= joined.indexOf(ending) !== -1;
  });
  socket.setTimeout(10_000, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    if (isOk !== true) firstFault ||= head.toString('latin1', 0, 400).replaceAll(/\s+/g, ' ') || 'no answer';
    else if (!isDone) firstFault ||= `a stream ended before its ${ending}`;
    resolve(isOk === true && isDone);
  });
  return promise;
}

function report(seconds: number): void {
  const sorted = ages.toSorted((one, other) => one - other);
  const result: StreamResult = {
    seconds,
    streams,
    failed,
    firstFault,
    chunks: ages.length,
    together,
    delayP50: percentile(sorted, 50),
    delayP99: percentile(sorted, 99),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
