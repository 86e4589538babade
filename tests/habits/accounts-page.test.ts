import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { operatorPermissions, operatorRoles, permissions, roles } from '#console/contract/permissions.ts';
import { root } from './source-files.ts';

const page = readFileSync(join(root, 'docs/reference/accounts.md'), 'utf8');

test('docs/reference/accounts.md has the permission tables that server and console go by', () => {
  const expected = [
    ...rowsOf(permissions, [...roles, 'management', 'inference']),
    ...rowsOf(operatorPermissions, operatorRoles),
  ];

  const written = page.split('\n').filter((line) => /^\| `[a-z-]+\.[a-z-]+` \|/.test(line));

  assert.deepEqual(written, expected);
});

function rowsOf(table: Readonly<Record<string, readonly string[]>>, who: readonly string[]): readonly string[] {
  return Object.entries(table).map(
    ([name, allowed]) => `| \`${name}\` | ${who.map((each) => (allowed.includes(each) ? 'yes' : '–')).join(' | ')} |`,
  );
}
