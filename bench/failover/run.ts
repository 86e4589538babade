// Failover Bench's own harness (github.com/failoverbench/failoverbench, Python, MIT) against Fairlead, with default settings
// and with whole delivery. It is on no package index: give it a checkout. README.md says how.
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { findFreePort, waitUntilListening } from '../free-port.ts';
import { Processes } from '../processes.ts';

const usage =
  'node bench/failover/run.ts --harness CHECKOUT [--python python3] [--profile full|fast]   (full takes four minutes)\n';
const program = resolve(import.meta.dirname, '../../bin/fairlead');
const runLimitMs = 20 * 60_000;
const lanes = ['default', 'whole'] as const;

type Lane = (typeof lanes)[number];
type Result = { readonly id: string; readonly title: string; readonly verdict: string; readonly reason: string };
type Bench = {
  readonly processes: Processes;
  readonly harness: string;
  readonly python: string;
  readonly profile: string;
};

const { values } = parseArgs({
  options: { harness: { type: 'string' }, python: { type: 'string' }, profile: { type: 'string' } },
});
if (values.harness === undefined) {
  process.stderr.write(`There is no harness here to run.\n${usage}`);
  process.exit(2);
}

await using processes = new Processes(false);
const bench: Bench = {
  processes,
  harness: resolve(values.harness),
  python: resolve(values.python ?? '/usr/bin/python3'),
  profile: values.profile ?? 'full',
};
// Each has a provider and a Fairlead of its own: what one learnt of an endpoint is no help to the other.
const results = await Promise.all(lanes.map((lane) => runLane(lane, bench)));
print(results);

async function runLane(lane: Lane, { processes, harness, python, profile }: Bench): Promise<readonly Result[]> {
  const folder = mkdtempSync(join(processes.folder, `${lane}-`));
  const module = [
    '-c',
    `import sys; sys.path.insert(0, ${JSON.stringify(harness)}); sys.argv[0] = 'failoverbench'; import runpy; runpy.run_module('failoverbench', run_name='__main__')`,
  ];
  const port = await findFreePort();
  processes.start({
    name: 'wall',
    file: python,
    args: [...module, 'wall', '--port', String(port), '--profile', profile],
  });
  await waitUntilListening(port, 10_000);
  const catalogue = join(harness, 'scenarios/catalogue.yaml');
  const { url, key } = await startFairlead(processes, folder, configFor(readFileSync(catalogue, 'utf8'), port));
  const system = join(folder, 'fairlead.system.yaml');
  writeFileSync(system, systemFor(lane, { url, key }));
  const out = join(folder, 'results');
  const args = ['--system', system, '--catalogue', catalogue, '--wall', `http://127.0.0.1:${port}`];
  const command = {
    name: `failoverbench-${lane}`,
    file: python,
    args: [...module, 'run', ...args, '--profile', profile, '--out', out],
  };
  const { status, complaint } = await processes.finish(command, runLimitMs);
  if (status !== 0) throw new Error(`the harness ended with ${status}: ${complaint}`);
  return JSON.parse(readFileSync(join(out, profile, `fairlead-${lane}.json`), 'utf8')).scenarios;
}

/** Every model of the catalogue at the wall, each with the fallback that its scenario names. Nothing else is set. */
function configFor(catalogue: string, port: number): string {
  const defaultFallback = /^default_fallback: *(\S+)/m.exec(catalogue)?.[1] ?? 'fb-ok';
  const pairs = catalogue
    .split(/^ {2}- (?=\{?id:)/m)
    .slice(1)
    .flatMap((scenario) => {
      const model = /\bmodel: *(fb-[\w-]+)/.exec(scenario)?.[1];
      const fallback = /\bfallback_model: *(fb-[\w-]+)/.exec(scenario)?.[1] ?? defaultFallback;
      return model === undefined ? [] : [{ model, fallback }];
    });
  const names = new Set(pairs.flatMap(({ model, fallback }) => [model, fallback]));
  return [
    'upstreams:',
    '  wall:',
    `    base_url: http://127.0.0.1:${port}/v1`,
    '    data: { trains: false }',
    '    api_key: failoverbench',
    '    models:',
    ...[...names].map((name) => `      ${name}: { as: ${name}, price: { input: 1, output: 1 } }`),
    'models:',
    // What is too long for one goes on to a larger one: the wall says that it holds 8192 tokens.
    ...pairs.map(({ model, fallback }) => `  ${model}: { context: 8192, max_output: 4096, fallbacks: [${fallback}] }`),
    '',
  ].join('\n');
}

function systemFor(lane: Lane, { url, key }: { readonly url: string; readonly key: string }): string {
  const params = {
    base_url: `${url}/v1`,
    api_key: key,
    headers: lane === 'whole' ? { 'x-fairlead-delivery': 'whole' } : {},
  };
  // YAML takes JSON.
  return JSON.stringify({ name: `fairlead-${lane}`, label: `Fairlead, ${lane}`, adapter: 'endpoint', params });
}

async function startFairlead(processes: Processes, folder: string, config: string) {
  const data = join(folder, 'data');
  mkdirSync(data);
  const file = join(folder, 'fairlead.yaml');
  writeFileSync(file, config);
  const env = { FAIRLEAD_CONFIG: file, FAIRLEAD_DATA: data, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'warn' };
  const started = processes.start({
    name: 'fairlead',
    file: process.execPath,
    args: [program, 'start', '--json'],
    env,
  });
  const { url, key }: { readonly url: string; readonly key: string } = JSON.parse(await started.firstLine());
  const credit = [program, 'wallet', 'credit', '--usd', '100'];
  const { status } = await processes.finish({ name: 'credit', file: process.execPath, args: credit, env }, 30_000);
  if (status !== 0) throw new Error('its wallet could not be credited');
  return { url, key };
}

function print(results: readonly (readonly Result[])[]): void {
  const lines = (results[0] ?? []).map(({ id, title }, index) => {
    const told = results.map((lane) => lane[index]?.verdict ?? '–');
    return `| ${id} ${title} | ${told.join(' | ')} |`;
  });
  const passes = results.map((lane) => `${lane.filter(({ verdict }) => verdict === 'pass').length} of ${lane.length}`);
  process.stdout.write(`| scenario | ${lanes.join(' | ')} |\n|---|---|---|\n${lines.join('\n')}\n`);
  process.stdout.write(`| passed | ${passes.join(' | ')} |\n`);
  const worse = results.flat().filter(({ verdict }) => verdict === 'fail' || verdict === 'partial');
  for (const { id, verdict, reason } of worse) process.stdout.write(`${id} ${verdict}: ${reason}\n`);
  process.exitCode = worse.length === 0 ? 0 : 1;
}
