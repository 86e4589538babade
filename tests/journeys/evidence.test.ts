// What /trust and /legal/measures claim: never more than was run, and red where a test is red.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Evidence, judgeEvidence, readEvidence } from '#core/privacy/evidence/evidence.ts';
import { measures } from '#core/privacy/evidence/measures.ts';
import { repository } from '../support/run-result.ts';
import { call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const at = '2026-11-30T09:00:00.000Z';
const ran = (result: 'passed' | 'failed', day = at) => ({ result, at: day, commit: 'abc123' }) as const;
const green: Evidence = {
  commit: 'abc123',
  tests: { a: ran('passed'), b: ran('passed', '2026-11-01T09:00:00.000Z'), c: ran('failed') },
  sabotages: {},
};

const folder = mkdtempSync(join(tmpdir(), 'fl-evidence-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'promises.json');
const [first, second] = measures;
const told: Evidence = {
  commit: 'feed0123',
  tests: {
    ...Object.fromEntries((first?.tests ?? []).map((name) => [name, ran('passed')])),
    ...Object.fromEntries((second?.tests ?? []).map((name) => [name, ran('failed')])),
    'tests/journeys/egress.test.ts': ran('passed'),
    'tests/habits/eligible-calls.test.ts': ran('passed'),
  },
  sabotages: { 'nothing-else-is-dialled': { result: 'red', at, commit: 'abc123' } },
};
writeFileSync(file, JSON.stringify(told));
const fairlead = await runFairlead({ after }, { config: `policy: { evidence: '${file}' }\n` });
const read = async <Value>(path: string): Promise<Value> =>
  JSON.parse((await call({ url: fairlead.url, path, method: 'GET' })).body.toString()) as Value;

test('a control passed only where each of its tests ran and did; its evidence is as old as the oldest', () => {
  assert.deepEqual(judgeEvidence(['a', 'b'], green), {
    ...{ result: 'passed', at: '2026-11-01T09:00:00.000Z', commit: 'abc123', open: [] },
  });
  assert.deepEqual(judgeEvidence(['a', 'never'], green), {
    ...{ result: 'not-run', at: null, commit: null, open: ['never'] },
  });
  assert.deepEqual(judgeEvidence(['a', 'c', 'never'], green).result, 'failed');
  assert.deepEqual(judgeEvidence(['a', 'c'], green).open, ['c']);
  assert.equal(judgeEvidence([], green).result, 'not-run', 'nothing that was run shows nothing');
});

test('a file that says other words claims nothing', () => {
  assert.equal(readEvidence('passed'), undefined);
  const read = readEvidence({
    commit: 'x',
    tests: { a: { result: 'great', at }, b: { result: 'passed', at: 'today' } },
  });
  assert.deepEqual(read, { commit: 'x', tests: {}, sabotages: {} });
});

test('each measure names tests that exist', () => {
  for (const { says, tests } of measures) {
    assert.ok(tests.length > 0, says);
    for (const name of tests) assert.ok(existsSync(join(repository, name)), name);
  }
});

type Row = { readonly id?: string; readonly shown: { readonly result: string; readonly open: readonly string[] } };

test('the pages show what the file of the last run says: passed, red, and what did not run', async () => {
  const { measures: shown } = await read<{ measures: readonly Row[] }>('/legal/measures.json');
  assert.deepEqual(shown.map(({ shown: { result } }) => result).slice(0, 3), ['passed', 'failed', 'not-run']);
  const page = (await call({ url: fairlead.url, path: '/legal/measures', method: 'GET' })).body.toString();
  for (const word of ['Shown', 'Red', 'Not run', 'feed0123', '2026-11-30']) assert.ok(page.includes(word), word);

  const trust = await read<{ promises: readonly Row[] }>('/trust.json');
  const row = trust.promises.find(({ id }) => id === 'J2');
  assert.equal(row?.shown.result, 'not-run', 'one of its tests did not run');
  assert.ok(row?.shown.open.includes('tests/properties/fail-closed.test.ts'));
  const html = (await call({ url: fairlead.url, path: '/trust', method: 'GET' })).body.toString();
  assert.match(html, /Not run/);
});

test('without such a file nothing is claimed', async () => {
  const other = await runFairlead({ after }, { config: `policy: { evidence: '${join(folder, 'absent.json')}' }\n` });
  const shown = JSON.parse((await call({ url: other.url, path: '/trust.json', method: 'GET' })).body.toString()) as {
    promises: readonly Row[];
  };
  assert.equal(shown.promises.filter(({ shown: { result } }) => result !== 'not-run').length, 0);
});
