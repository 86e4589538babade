// `npm run promises`: every promise of the policies with its control, its tests and what they said now. A promise that is
// kept in part, or not at all, counts as failed. `-- --sabotage` takes each control away in turn: its tests must fail. What
// was run goes into evidence/promises.json, which /trust and /legal/measures show; `-- --evidence FILE` writes it elsewhere.
import { type StdioOptions, spawn } from 'node:child_process';
import { join } from 'node:path';
import { measures } from '#core/privacy/evidence/measures.ts';
import type { PromiseRow } from '#core/privacy/promises/promise-row.ts';
import { promises } from '#core/privacy/promises/promises.ts';
import {
  cleanEnvironment,
  conclude,
  type Failure,
  readArguments,
  repository,
  say,
  secondsSince,
} from '../support/run-result.ts';
import { runSabotaged, sabotages } from '../support/sabotage.ts';
import { EvidenceFile } from './evidence-file.ts';

const testLimitMs = 20 * 60_000;
const atOnce = 2;
const printedMax = 4_000;
const askedAgainMax = 3;

const { jsonFile, environment, words } = readArguments(process.argv.slice(2));
const rows = promises.filter(({ id }) => words.length === 0 || words.includes(id));
const evidence = new EvidenceFile(environment.FAIRLEAD_TEST_EVIDENCE ?? join(repository, 'evidence/promises.json'));
const start = performance.now();
if (environment.FAIRLEAD_TEST_SABOTAGE === undefined) await prove();
else await sabotage();

/** Each file runs once, however many promises name it. */
async function prove(): Promise<void> {
  const ofMeasures = words.length === 0 ? measures.flatMap(({ tests }) => tests) : [];
  const files = [...new Set([...rows.flatMap(testsOf), ...ofMeasures])];
  const results = new Map<string, boolean>();
  await inPairs(files, async (test) => void results.set(test, await passes(test)));
  await askAgain(results);
  for (const [test, isGreen] of results) evidence.ran(test, isGreen ? 'passed' : 'failed');
  const failures: Failure[] = [];
  for (const row of rows) {
    const red = testsOf(row).filter((test) => results.get(test) !== true);
    tell(row, results, red);
    if (red.length > 0) failures.push({ where: row.id, name: row.promise, error: `failed: ${red.join(', ')}` });
    else if (row.state.kind !== 'kept')
      failures.push({ where: row.id, name: row.promise, error: `missing: ${row.state.missing}` });
  }
  const count = (kind: string) => rows.filter(({ state }) => state.kind === kind).length;
  say(`\n${rows.length} promises: ${count('kept')} kept, ${count('in-part')} in part, ${count('missing')} missing`);
  const redMeasures = new Set(ofMeasures.filter((test) => results.get(test) !== true));
  for (const test of redMeasures) say(`A measure is red: ${test}`);
  const passed = rows.length - failures.length;
  conclude({ passed, failed: failures.length, skipped: 0, seconds: secondsSince(start), failures }, jsonFile);
}

/** A few that failed beside another test are asked once more, alone, and that is said: many that fail are no accident. */
async function askAgain(results: Map<string, boolean>): Promise<void> {
  const red = [...results].filter(([, isGreen]) => !isGreen).map(([test]) => test);
  if (red.length > askedAgainMax) return;
  for (const test of red) {
    const isGreen = await passes(test);
    results.set(test, isGreen);
    say(`${test} failed beside another test; alone it ${isGreen ? 'passed' : 'failed too'}.`);
  }
}

function testsOf({ state }: PromiseRow): readonly string[] {
  return state.kind === 'missing' ? [] : state.tests;
}

function tell({ id, promise, state }: PromiseRow, results: ReadonlyMap<string, boolean>, red: readonly string[]): void {
  const verdict =
    red.length > 0 ? 'RED' : state.kind === 'kept' ? 'kept' : state.kind === 'in-part' ? 'in part' : 'missing';
  say(`${id.padEnd(4)} ${verdict.padEnd(8)} ${promise}`);
  if (state.kind !== 'missing') {
    say(`       control: ${state.control}`);
    for (const test of state.tests) say(`       test:    ${test} ${results.get(test) ? 'passed' : 'FAILED'}`);
  }
  if (state.kind !== 'kept') say(`       missing: ${state.missing}`);
}

/** What is kept in part has a control, too: what it does keep must be guarded. */
async function sabotage(): Promise<void> {
  const names = [...new Set(rows.flatMap(({ state }) => (state.kind === 'missing' ? [] : state.sabotages)))];
  const problems = new Map<string, readonly string[]>();
  // Without any sabotage each test runs once.
  const sound = new Map<string, Promise<boolean>>();
  const isSound = (test: string): Promise<boolean> => {
    const known = sound.get(test) ?? passes(test);
    sound.set(test, known);
    return known;
  };
  let done = 0;
  await inPairs(names, async (name) => {
    const from = performance.now();
    const found = sabotages.find((each) => each.name === name);
    const wrong = found ? (await runSabotaged(found, isSound)).problems : [`there is no sabotage ${name}`];
    problems.set(name, wrong);
    evidence.sabotaged(name, wrong.length === 0 ? 'red' : 'green');
    done += 1;
    say(`${wrong.length === 0 ? '✔' : '✖'} ${name} (${done} of ${names.length}, ${secondsSince(from)} s)`);
    for (const problem of wrong) say(`    ${problem}`);
  });
  const failures: Failure[] = [];
  for (const { id, promise, state } of rows) {
    const own = state.kind === 'missing' ? [] : state.sabotages;
    const wrong = own.length === 0 ? ['there is no sabotage: nothing shows that its test can fail'] : [];
    for (const name of own) wrong.push(...(problems.get(name) ?? []));
    say(`${wrong.length === 0 ? '✔' : '✖'} ${id}: ${own.join(', ') || '–'}`);
    if (wrong.length > 0) failures.push({ where: id, name: promise, error: wrong.join(' ') });
  }
  const passed = rows.length - failures.length;
  conclude({ passed, failed: failures.length, skipped: 0, seconds: secondsSince(start), failures }, jsonFile);
}

async function inPairs<Each>(all: readonly Each[], work: (each: Each) => Promise<void>): Promise<void> {
  const left = all.values();
  const run = async () => {
    for (const each of left) await work(each);
  };
  await Promise.all(Array.from({ length: atOnce }, run));
}

/** Of what fails, the end of what it printed is shown: a run of minutes is not made again to learn why. */
function passes(test: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const stdio: StdioOptions = ['ignore', 'pipe', 'ignore'];
    const options = { cwd: repository, env: cleanEnvironment(), stdio, timeout: testLimitMs };
    const child = spawn(process.execPath, ['--test', join(repository, test)], options);
    let printed = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-printedMax);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0 && environment.FAIRLEAD_TEST_SABOTAGE === undefined) say(`\n${test}:\n${printed}`);
      resolve(code === 0);
    });
  });
}
