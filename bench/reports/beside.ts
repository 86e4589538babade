// What a report in a loop does to the gateway's thread: its delay and its CPU, in pairs of the same seconds without and with it.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readCpu } from '../cpu.ts';
import { type Spread, spreadOf } from '../statistics.ts';

/** A Fairlead of the bench; `loop` is where it writes down how late it was. */
export type Watched = { readonly pid: number; readonly url: string; readonly key: string; readonly loop: string };

type Span = { readonly delayMs: number; readonly cpuMicros: number; readonly requests: number };
type Pair = { readonly alone: Span; readonly beside: Span };

/** Each pair is two spans one after the other, in an order that turns: with nothing else to do, and under requests. */
export type BesideFigures = {
  readonly idle: readonly Pair[];
  readonly load: readonly Pair[];
  /** Reports made in all. */
  readonly made: number;
};

const pairs = 9;
const spanMs = 6_000;
const lanes = 4;
const laneWaitMs = 20;

export async function measureBeside(watched: Watched, report: () => Promise<void>): Promise<BesideFigures> {
  const idle: Pair[] = [];
  const load: Pair[] = [];
  let made = 0;
  const inLoop = async (work: () => Promise<number>) => {
    const until = performance.now() + spanMs;
    const working = work();
    while (performance.now() < until) {
      await report();
      made += 1;
    }
    return await working;
  };
  await requests(watched);
  for (let pair = 0; pair < pairs; pair += 1) {
    for (const [found, work] of [[idle, nothing] as const, [load, () => requests(watched)] as const]) {
      const alone = () => during(watched, work);
      const beside = () => during(watched, () => inLoop(work));
      if (pair % 2 === 0) found.push({ alone: await alone(), beside: await beside() });
      else {
        const first = await beside();
        found.push({ alone: await alone(), beside: first });
      }
    }
  }
  return { idle, load, made };
}

export function sayBeside({ idle, load, made }: BesideFigures): string {
  const delay = ({ delayMs }: Span) => delayMs;
  const cpu = ({ cpuMicros, requests }: Span) => cpuMicros / requests;
  return [
    `The gateway's thread alone and with a report in a loop beside it (${made} made), ${pairs} interleaved pairs of ${spanMs / 1_000} s; medians:`,
    '',
    '| what | alone | beside | ratio of a pair (least–most) |',
    '|---|---|---|---|',
    sayRow('event-loop delay p99 of each second, no requests, ms', idle, delay),
    sayRow(`event-loop delay p99 of each second, ${perSecond(load)} requests/s, ms`, load, delay),
    sayRow('CPU of the thread per request, µs', load, cpu),
  ].join('\n');
}

function sayRow(name: string, found: readonly Pair[], read: (span: Span) => number): string {
  const alone = spreadOf(found.map((pair) => read(pair.alone)));
  const beside = spreadOf(found.map((pair) => read(pair.beside)));
  const ratio = spreadOf(found.map((pair) => read(pair.beside) / read(pair.alone)));
  return `| ${name} | ${two(alone?.median)} | ${two(beside?.median)} | × ${two(ratio?.median)} (${range(ratio)}) |`;
}

function range(spread: Spread | undefined): string {
  return `${two(spread?.min)}–${two(spread?.max)}`;
}

function two(value = Number.NaN): string {
  return value.toFixed(2);
}

function perSecond(load: readonly Pair[]): string {
  return ((spreadOf(load.map(({ alone }) => alone.requests))?.median ?? 0) / (spanMs / 1_000)).toFixed(0);
}

async function during({ pid, loop }: Watched, work: () => Promise<number>): Promise<Span> {
  writeFileSync(loop, '');
  const before = readCpu(pid).gateway;
  const requests = await work();
  const cpuMicros = readCpu(pid).gateway - before;
  // The first second began before.
  const seconds = readFileSync(loop, 'utf8').split('\n').filter(Boolean).map(Number).slice(1);
  return { delayMs: spreadOf(seconds)?.median ?? Number.NaN, cpuMicros, requests };
}

async function nothing(): Promise<number> {
  await sleep(spanMs);
  return 0;
}

async function requests({ url, key }: Watched): Promise<number> {
  const until = performance.now() + spanMs;
  let answered = 0;
  const lane = async () => {
    while (performance.now() < until) {
      const reply = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'sandbox/echo', messages: [{ role: 'user', content: 'one two three' }] }),
      });
      await reply.arrayBuffer();
      if (reply.status !== 200) throw new Error(`a request was answered with ${reply.status}`);
      answered += 1;
      await sleep(laneWaitMs);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return answered;
}
