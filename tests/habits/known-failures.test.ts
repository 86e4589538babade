import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { repository } from '../support/run-result.ts';
import { knownFailures } from './known-failures.ts';

/** What a file calls its tests, as it is written there. */
function titlesOf(file: string): readonly string[] {
  const path = join(repository, file);
  if (!existsSync(path)) return [];
  const written = /^\s*(?:test|onBoth|onPostgres)\(\s*(?:over\(\s*)?(["'`])(.*?)\1/gm;
  return [...readFileSync(path, 'utf8').matchAll(written)].map(([, , title = '']) => title);
}

test('what others got wrong has its tests, by their titles', () => {
  const missing = knownFailures.flatMap(({ id, tests }) =>
    tests
      .filter(([file, title]) => !titlesOf(file).some((each) => each.includes(title)))
      .map(([file, title]) => `${id}: ${file} has no test of "${title}"`),
  );

  assert.deepEqual(missing, []);
  for (const { id, tests } of knownFailures) assert.ok(tests.length > 0, `${id} has no test`);
});

test('each failure of money, streams and translation is in the list, once', () => {
  const ids = knownFailures.map(({ id }) => id);
  const numbered = (first: number, count: number) =>
    Array.from({ length: count }, (_, place) => `K${String(first + place).padStart(2, '0')}`);
  // K21 is of payments, of which there are none yet; K25 to K29 are no numbers of that list.
  const wanted = [...numbered(1, 20), ...numbered(22, 3), ...numbered(30, 11)];
  assert.deepEqual(ids, wanted);
});
