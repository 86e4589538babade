// `npm run promises`: every promise of the policies with its control, its tests and what they said now. A promise that is
// kept in part, or not at all, counts as failed. `-- --sabotage` takes each control away in turn: its tests must fail.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { type PromiseRow, promises } from '#core/privacy/promises.ts';
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

const testLimitMs = 20 * 60_000;

const { jsonFile, environment, words } = readArguments(process.argv.slice(2));
const rows = promises.filter(({ id }) => words.length === 0 || words.includes(id));
const start = performance.now();
if (environment.FAIRLEAD_TEST_SABOTAGE === undefined) await prove();
else await sabotage();

async function prove(): Promise<void> {
  const failures: Failure[] = [];
  const results = new Map<string, boolean>();
  let passed = 0;
  for (const { id, promise, state } of rows) {
    const tests = state.kind === 'missing' ? [] : state.tests;
    for (const test of tests) if (!results.has(test)) results.set(test, await passes(test));
    const red = tests.filter((test) => results.get(test) !== true);
    const verdict =
      red.length > 0 ? 'RED' : state.kind === 'kept' ? 'kept' : state.kind === 'in-part' ? 'in part' : 'missing';
    say(`${id.padEnd(4)} ${verdict.padEnd(8)} ${promise}`);
    if (state.kind !== 'missing') say(`       control: ${state.control}`);
    for (const test of tests) say(`       test:    ${test} ${results.get(test) ? 'passed' : 'FAILED'}`);
    if (state.kind !== 'kept') say(`       missing: ${state.missing}`);
    if (verdict === 'kept') passed += 1;
    else
      failures.push({
        where: id,
        name: promise,
        error: red.length > 0 ? `failed: ${red.join(', ')}` : missingOf(state),
      });
  }
  const count = (kind: string) => rows.filter(({ state }) => state.kind === kind).length;
  say(`\n${rows.length} promises: ${count('kept')} kept, ${count('in-part')} in part, ${count('missing')} missing`);
  conclude({ passed, failed: failures.length, skipped: 0, seconds: secondsSince(start), failures }, jsonFile);
}

/** What is kept in part has a control, too: what it does keep must be guarded. */
async function sabotage(): Promise<void> {
  const failures: Failure[] = [];
  let passed = 0;
  const done = new Map<string, readonly string[]>();
  for (const { id, promise, state } of rows) {
    const names = state.kind === 'missing' ? [] : state.sabotages;
    const problems = names.length === 0 ? ['there is no sabotage: nothing shows that its test can fail'] : [];
    for (const name of names) {
      const found = sabotages.find((each) => each.name === name);
      if (!done.has(name))
        done.set(name, found ? (await runSabotaged(found)).problems : [`there is no sabotage ${name}`]);
      problems.push(...(done.get(name) ?? []));
    }
    say(`${problems.length === 0 ? '✔' : '✖'} ${id}: ${names.join(', ') || '–'}`);
    for (const problem of problems) say(`    ${problem}`);
    if (problems.length === 0) passed += 1;
    else failures.push({ where: id, name: promise, error: problems.join(' ') });
  }
  conclude({ passed, failed: failures.length, skipped: 0, seconds: secondsSince(start), failures }, jsonFile);
}

function missingOf(state: PromiseRow['state']): string {
  return state.kind === 'kept' ? '' : `missing: ${state.missing}`;
}

function passes(test: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const options = { cwd: repository, env: cleanEnvironment(), stdio: 'ignore', timeout: testLimitMs } as const;
    const child = spawn(process.execPath, ['--test', join(repository, test)], options);
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
}
