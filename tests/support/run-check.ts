import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  cleanEnvironment,
  conclude,
  type Failure,
  readArguments,
  repository,
  say,
  secondsSince,
} from './run-result.ts';

// `npm run check`: what a tool can decide about the code, all at once. Whole output only of what failed.

type Check = { readonly name: string; readonly args: readonly string[]; readonly remedy?: string };

const checks: readonly Check[] = [
  { name: 'types', args: [programOf('typescript', 'tsc'), '--pretty', 'false'] },
  { name: 'types of web', args: [programOf('typescript', 'tsc'), '--pretty', 'false', '-p', 'web'] },
  {
    name: 'biome',
    args: [
      programOf('@biomejs/biome', 'biome'),
      'ci',
      '--colors=off',
      '--diagnostic-level=warn',
      '--error-on-warnings',
      '--max-diagnostics=20',
    ],
    remedy: 'npx biome check --write mends what can be mended without thought.',
  },
  { name: 'knip', args: [programOf('knip', 'knip'), '--no-progress', '--no-config-hints'] },
  { name: 'architecture', args: ['--test', '--test-reporter=dot', 'tests/architecture.test.ts'] },
];

const start = performance.now();
const { jsonFile } = readArguments(process.argv.slice(2));
const failures = (await Promise.all(checks.map(runCheck))).filter((failure) => failure !== undefined);
for (const { where, error } of failures) say(`\n── ${where} ──\n${error}\n`);
const passed = checks.length - failures.length;
const seconds = secondsSince(start);
say(`${checks.map(({ name }) => name).join(', ')}: ${seconds} s`);
conclude({ passed, failed: failures.length, skipped: 0, seconds, failures }, jsonFile);

async function runCheck(check: Check): Promise<Failure | undefined> {
  const began = performance.now();
  const { code, output } = await run(check.args);
  say(`${code === 0 ? '✔' : '✖'} ${check.name} ${secondsSince(began)} s`);
  if (code === 0) return undefined;
  return { where: check.name, name: check.name, error: [output.trim(), check.remedy].filter(Boolean).join('\n\n') };
}

function run(args: readonly string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { ...cleanEnvironment(), NO_COLOR: '1' };
    const child = spawn(process.execPath, args, { cwd: repository, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** The file that a package's command runs, so that our own Node runs it, whatever Node the shell has. */
function programOf(name: string, command: string): string {
  const folder = join(repository, 'node_modules', name);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    bin: string | Record<string, string>;
  };
  return join(folder, typeof bin === 'string' ? bin : (bin[command] ?? ''));
}
