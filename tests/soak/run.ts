// `npm run soak`: a Fairlead as its operator starts it, an hour of callers of every kind, and what it holds meanwhile: memory,
// descriptors, threads, timers, heaps. `-- --minutes 15` is shorter, `-- --rate 50` softer, `-- --idle` has no callers.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startSimulator } from '#simulator/simulator.ts';
import { startFairlead } from '../support/fairlead-process.ts';
import { conclude, type Failure, readArguments, say, secondsSince } from '../support/run-result.ts';
import { type Allowed, judgeFlat, type Sample } from './flat.ts';
import { brokenWays, SoakLoad } from './load.ts';

const { jsonFile, environment } = readArguments(process.argv.slice(2));
const minutes = Number(environment.FAIRLEAD_TEST_MINUTES ?? 60);
const perSecond = Number(environment.FAIRLEAD_TEST_RATE ?? 100);
const isIdle = environment.FAIRLEAD_TEST_IDLE !== undefined;
const everyMs = 5_000;
/** Of the requests, so many may fail: a busy machine refuses what it cannot do in time. */
const failedPartMax = 0.01;

const megabyte = 1024 * 1024;
/** What is added between the end of the warm-up and the end. */
const allowedOf: Readonly<Record<string, Allowed>> = {
  'resident memory, MB': { part: 0.05, amount: 8 },
  descriptors: { part: 0, amount: 8 },
  threads: { part: 0, amount: 0.5 },
  timers: { part: 0, amount: 8 },
  heap: { part: 0.05, amount: 4 },
  // What V8 keeps for the heap: a busy thread's young generation may take 48 MB.
  pages: { part: 0.05, amount: 16 },
};

const series = new Map<string, Sample[]>();
const start = performance.now();
await main();

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  const simulator = await startSimulator({ port: 0 });
  const insideFile = join(folder, 'inside');
  writeFileSync(insideFile, '');
  const inside = pathToFileURL(join(import.meta.dirname, 'inside.ts')).href;
  const fairlead = await startFairlead({
    dataDir: join(folder, 'data'),
    config: configOf(simulator.url),
    env: { FAIRLEAD_SOAK_FILE: insideFile, NODE_OPTIONS: `--import=${inside}` },
  });
  try {
    await fairlead.cli('wallet', 'credit', '--usd', '100000');
    const load = new SoakLoad({ url: fairlead.url, key: fairlead.key, perSecond });
    const looking = new AbortController();
    const looked = look(fairlead.pid, looking.signal);
    say(`${minutes} min, ${isIdle ? 'nobody calls' : `${perSecond} requests a second`}`);
    if (isIdle) await sleep(minutes * 60_000);
    else await load.run(minutes * 60_000);
    looking.abort();
    await looked;
    readInside(insideFile);
    report(load, await fairlead.stop());
  } finally {
    await fairlead.kill9();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function configOf(simulator: string): string {
  const price = { input: 1, output: 2 };
  const upstream = (models: Readonly<Record<string, string>>) => ({
    ...{ base_url: simulator, api_key: Object.values(models).join(), data: { trains: false } },
    models: Object.fromEntries(Object.entries(models).map(([own, as]) => [own, { as: `soak/${as}`, price }])),
  });
  const breaking = brokenWays.map((way) => [`breaks-${way}`, upstream({ [`sandbox/fault-${way}`]: way })] as const);
  const standing = brokenWays.map((way, place) => [`sandbox/fill-${20 + place}`, way] as const);
  // JSON is YAML.
  return JSON.stringify({
    routing: { strategy: 'order' },
    upstreams: {
      steady: upstream({ 'sandbox/fill-40': 'plain', 'sandbox/slow': 'slow' }),
      ...Object.fromEntries(breaking),
      stands: upstream(Object.fromEntries(standing)),
    },
  });
}

/** From outside, by what Linux says of the process. */
async function look(pid: number, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    add('resident memory, MB', Number(kilobytes) / 1024);
    add('descriptors', readdirSync(`/proc/${pid}/fd`).length);
    add('threads', readdirSync(`/proc/${pid}/task`).length);
    await sleep(everyMs, undefined, { signal: until }).catch(() => {});
  }
}

function add(name: string, value: number, atMs = Date.now()): void {
  const samples = series.get(name) ?? [];
  series.set(name, samples);
  samples.push({ atMs, value });
}

function readInside(file: string): void {
  for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) {
    // inside.ts wrote it.
    const { atMs, thread, heap, external, pages, timers } = JSON.parse(line) as Record<string, number> & {
      thread: string;
    };
    add(`heap of ${thread}, MB`, (Number(heap) + Number(external)) / megabyte, atMs);
    add(`pages of ${thread}, MB`, Number(pages) / megabyte, atMs);
    add(`timers of ${thread}`, Number(timers), atMs);
  }
}

function allowedFor(name: string): Allowed {
  const kind = /^(heap|pages|timers) of /.exec(name)?.[1] ?? name;
  return allowedOf[kind] ?? { part: 0, amount: 0 };
}

function report({ counts }: SoakLoad, exit: number): void {
  const failures: Failure[] = [];
  let passed = 0;
  const check = (where: string, isFine: boolean, error: string): void => {
    if (isFine) passed += 1;
    else failures.push({ where, name: where, error });
    say(`${isFine ? '✔' : '✖'} ${where}: ${error}`);
  };
  for (const [name, samples] of series) {
    const verdict = judgeFlat(samples, allowedFor(name));
    const peak = Math.max(...samples.map(({ value }) => value));
    if (!verdict) check(name, false, 'hardly looked at');
    else {
      const { from, until, growth, allowed, isFlat } = verdict;
      check(
        name,
        isFlat,
        `${shown(from)} → ${shown(until)}, ${shown(growth)} of ${shown(allowed)} allowed, at most ${shown(peak)}`,
      );
    }
  }
  const { left, failedOver, ...kinds } = counts;
  for (const [kind, { sent, failed }] of Object.entries(kinds)) {
    if (isIdle) break;
    check(`${kind} requests`, sent > 0 && failed <= sent * failedPartMax, `${sent} sent, ${failed} failed`);
  }
  if (!isIdle) say(`  ${failedOver} failed over; ${left} were not sent, the machine being too slow for them`);
  check('exit', exit === 0, `status ${exit}`);
  conclude({ passed, failed: failures.length, skipped: 0, seconds: secondsSince(start), failures }, jsonFile);
}

function shown(value: number): string {
  return value.toFixed(1);
}
