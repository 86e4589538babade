// `npm run mutation`: each operator, constant and branch of the money's own code is changed in turn, and some test must then
// fail. What survives is listed. By hand: about a quarter of an hour on two cores. Its packages are installed only here.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { conclude, type Failure, readArguments, repository, say, secondsSince } from '../support/run-result.ts';

const here = join(repository, 'tests/mutation');
const stryker = join(here, 'node_modules/@stryker-mutator/core/bin/stryker.js');
const report = join(repository, '.cache/mutation/report.json');
const leastOf = { ledger: 95, allowance: 90, money: 90 } as const;

type Mutant = {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: { readonly line: number } };
};

const start = performance.now();
const { jsonFile, words } = readArguments(process.argv.slice(2));
// The programs that it starts must be the Node that runs this, not the machine's.
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}` };
if (!existsSync(stryker)) run('npm', ['ci', '--silent', '--prefix', here]);
const only = words.length === 0 ? [] : ['--mutate', words.join(',')];
run(process.execPath, [stryker, 'run', join(here, 'stryker.json'), ...only]);
judge();

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: repository, env, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ended with ${status}`);
}

function judge(): void {
  // A parser: Stryker's own report, of its schema.
  const { files } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>;
  };
  const failures: Failure[] = [];
  let passed = 0;
  for (const [folder, least] of Object.entries(leastOf)) {
    const inside = Object.entries(files).filter(([file]) => file.startsWith(`src/core/${folder}/`));
    const mutants = inside.flatMap(([, { mutants: all }]) => all).filter(({ status }) => isJudged(status));
    if (mutants.length === 0) continue;
    for (const [file, { source, mutants: all }] of inside) for (const each of all) tell(file, source, each);
    const killed = mutants.filter(({ status }) => isKilled(status)).length;
    const score = (100 * killed) / mutants.length;
    const says = `core/${folder}: ${killed} of ${mutants.length} mutants killed, ${score.toFixed(1)} %, at least ${least} %`;
    say(says);
    if (score >= least) passed += 1;
    else failures.push({ where: `src/core/${folder}`, name: 'mutation score', error: says });
  }
  conclude({ passed, failed: failures.length, skipped: 0, seconds: secondsSince(start), failures }, jsonFile);
}

function isKilled(status: string): boolean {
  return status === 'Killed' || status === 'Timeout';
}

function isJudged(status: string): boolean {
  return isKilled(status) || status === 'Survived' || status === 'NoCoverage';
}

function tell(file: string, source: string, { status, location, replacement = '', mutatorName }: Mutant): void {
  if (!isJudged(status) || isKilled(status)) return;
  const { line } = location.start;
  const written = (source.split('\n')[line - 1] ?? '').trim();
  say(
    `${status} ${file}:${line} ${mutatorName}: ${written.slice(0, 90)} → ${replacement.slice(0, 60).replaceAll('\n', ' ')}`,
  );
}
