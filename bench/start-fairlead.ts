// Fairlead as its operator starts it: the command line, the contract's variables, a fresh data directory.
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Candidate, gatewayCore } from './candidate.ts';
import { type DialectName, dialectNames } from './dialects.ts';
import type { Processes } from './processes.ts';
import { nameStreamModel, type StreamShape } from './stream-model.ts';

export type FairleadInstance = Candidate & { readonly data: string; readonly startMs: number };
type Options = { readonly shapes: readonly StreamShape[] };

const program = resolve(import.meta.dirname, '..', 'bin', 'fairlead');

export async function startFairlead(processes: Processes, upstream: Candidate, { shapes }: Options) {
  if (!existsSync(program)) throw new Error('bin/fairlead is not there');
  const data = mkdtempSync(join(processes.folder, 'fairlead-'));
  writeFileSync(join(data, '..', 'fairlead.yaml'), configure(upstream, shapes));
  const started = await startOn(processes, data);
  const credit = await runCommand(processes, data, ['wallet', 'credit', '--usd', '1000000']);
  if (credit !== undefined) throw new Error(`its wallet could not be credited: ${credit}`);
  return started;
}

// A second start on the same data, whose key is known from the first.
export async function restartFairlead(processes: Processes, before: FairleadInstance): Promise<FairleadInstance> {
  await before.end();
  return { ...(await startOn(processes, before.data)), headers: before.headers };
}

async function startOn(processes: Processes, data: string): Promise<FairleadInstance> {
  const args = [program, 'start', '--json'];
  const began = performance.now();
  const started = processes.start({
    name: 'fairlead',
    file: process.execPath,
    args,
    core: gatewayCore,
    env: environment(processes, data),
  });
  const { url, key } = parseReady(await started.firstLine());
  return {
    name: 'fairlead',
    pid: started.pid,
    origin: url,
    headers: { authorization: `Bearer ${key}` },
    modelPrefix: 'bench/',
    end: started.end,
    data,
    startMs: performance.now() - began,
  };
}

async function runCommand(processes: Processes, data: string, command: readonly string[]): Promise<string | undefined> {
  const args = [program, ...command];
  const env = environment(processes, data);
  const run = await processes.finish({ name: 'fairlead-cli', file: process.execPath, args, env }, 20_000);
  return run.status === 0 ? undefined : run.complaint || `status ${run.status}`;
}

function environment(processes: Processes, data: string) {
  const config = join(processes.folder, 'fairlead.yaml');
  return { PORT: '0', HOST: '127.0.0.1', FAIRLEAD_DATA: data, FAIRLEAD_CONFIG: config, DATABASE_URL: undefined };
}

function parseReady(line: string): { url: string; key: string } {
  const said: unknown = JSON.parse(line);
  if (said === null || typeof said !== 'object' || !('url' in said)) throw new Error('it did not say its address');
  return { url: new URL(String(said.url)).origin, key: 'key' in said ? String(said.key) : '' };
}

// JSON is YAML.
function configure(upstream: Candidate, shapes: readonly StreamShape[]): string {
  const offer = (protocol: DialectName, names: readonly string[], key = 'sk-upstream') => ({
    provider: 'bench',
    protocols: [protocol],
    base_url: `${upstream.origin}/${protocol === 'gemini-generate' ? 'v1beta' : 'v1'}`,
    api_key: key,
    type: 'self_hosted',
    models: Object.fromEntries(names.map((name) => [name, { as: `bench/${name}`, price: { input: 0.25, output: 2 } }])),
  });
  const plain = shapes.filter(({ dialect }) => dialect === undefined).map(nameStreamModel);
  const others = dialectNames.flatMap((name) => {
    const own = shapes.filter(({ dialect }) => dialect === name).map(nameStreamModel);
    return own.length === 0 ? [] : [[name, offer(name, own, `sk-${name}`)] as const];
  });
  const upstreams = { bench: offer('openai-chat', ['bench', ...plain]), ...Object.fromEntries(others) };
  return `${JSON.stringify({ upstreams }, undefined, 2)}\n`;
}
