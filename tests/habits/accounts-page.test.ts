import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { operatorPermissions, operatorRoles, permissions, roles } from '#console/contract/permissions.ts';
import type { Route } from '#console/contract/route.ts';
import { routes } from '#console/contract/routes.ts';
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

test('docs/reference/accounts.md has every address that is about people, as the server has it', () => {
  const described: readonly Route[] = Object.values<Route>(routes).filter(({ path }) => aboutPeople.test(path));

  const written = page.split('\n').filter((line) => /^\| `[A-Z]+ \/api\/v1\//.test(line) && !line.includes('`{'));

  assert.deepEqual(written, described.map(rowOf));
});

const aboutPeople =
  /^\/api\/v1\/(me|proof|passkeys|sign-ins|sessions|workspaces?|members|invitations|audit|operator)(\/|$)/;

function rowOf({ method, path, needs, does, proof }: Route): string {
  return `| \`${method} ${path}\` | ${whoOf(needs)}${proof ? ', proof' : ''} | ${does} |`;
}

function whoOf(needs: Route['needs']): string {
  if (typeof needs === 'string') return needs === 'person' ? 'whoever is signed in' : 'anybody';
  return `\`${'workspace' in needs ? needs.workspace : needs.operator}\``;
}

function rowsOf(table: Readonly<Record<string, readonly string[]>>, who: readonly string[]): readonly string[] {
  return Object.entries(table).map(
    ([name, allowed]) => `| \`${name}\` | ${who.map((each) => (allowed.includes(each) ? 'yes' : '–')).join(' | ')} |`,
  );
}
