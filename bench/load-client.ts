// Runs one of the two small clients on the load generator's core and reads its one line.
import { join } from 'node:path';
import { type Candidate, loadCore } from './candidate.ts';
import type { LatencyOrder, LatencyResult } from './latency-client.ts';
import type { Processes } from './processes.ts';
import type { StreamOrder, StreamResult } from './stream-client.ts';

type Body = { readonly body: string; readonly seconds: number };

type Streams = Body & { readonly streams: number } & Pick<StreamOrder, 'path' | 'ending'>;

export function loadStreams(processes: Processes, candidate: Candidate, order: Streams) {
  const whole: StreamOrder = { ...order, ...targetOf(candidate) };
  return run<StreamResult>(processes, 'stream-client', whole);
}

export function loadAtRate(processes: Processes, candidate: Candidate, order: Body & { perSecond: number }) {
  const whole: LatencyOrder = { ...order, ...targetOf(candidate) };
  return run<LatencyResult>(processes, 'latency-client', whole);
}

function targetOf(candidate: Candidate) {
  return { port: Number(new URL(candidate.origin).port), headers: candidate.headers };
}

async function run<Result>(processes: Processes, name: string, order: StreamOrder | LatencyOrder): Promise<Result> {
  const args = [join(import.meta.dirname, `${name}.ts`), JSON.stringify(order)];
  const command = { name, file: process.execPath, args, core: loadCore };
  const finished = await processes.finish(command, (order.seconds + 30) * 1000);
  if (finished.status !== 0) throw new Error(`the ${name} failed: ${finished.complaint}`);
  return JSON.parse(finished.stdout) as Result; // Our own child's one line.
}
