import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { listFiles, root } from './source-files.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifest = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

test('every script of the contract exists, and what it runs exists, too', () => {
  const contract = 'start test check bench faults conformance promises canary fuzz budget kill9 mutation soak'.split(
    ' ',
  );
  assert.deepEqual(
    contract.filter((name) => manifest.scripts[name] === undefined),
    [],
  );
  const files = contract.map((name) => /^node (\S+)/.exec(manifest.scripts[name] ?? '')?.[1] ?? name);
  assert.deepEqual(
    files.filter((file) => !existsSync(join(root, file))),
    [],
  );
});

test("README's first screen has exactly two commands", () => {
  const firstScreen = read('README.md').split('\n').slice(0, 25).join('\n');
  const block = /```sh\n([\s\S]*?)```/.exec(firstScreen)?.[1] ?? '';
  const commands = block
    .trim()
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim());
  assert.deepEqual(commands, ['npm ci && npm start', 'npm test']);
  assert.equal(firstScreen.split('```sh').length - 1, 1, 'one block of commands');
});

test('the pages that a newcomer looks for are there', () => {
  const pages = 'README ARCHITECTURE STYLE CONTRIBUTING SECURITY CHANGELOG docs/decisions/README'.split(' ');
  assert.deepEqual(
    pages.filter((page) => !existsSync(join(root, `${page}.md`))),
    [],
  );
  assert.match(read('LICENSE'), /Apache License\n\s+Version 2\.0, January 2004/);
  assert.match(read('CHANGELOG.md'), /^## Unreleased$/m);
});

test('nothing names the machine that it was written on', () => {
  const tree = ourFiles();
  const traces = machineTraces();
  const found = tree.flatMap((path) => {
    const text = read(path);
    return traces.filter((trace) => trace.test(text)).map((trace) => `${path}: ${trace.source}`);
  });
  assert.ok(tree.length > 50, 'the tree was found');
  assert.deepEqual(found, []);
});

/** What git has or would take; without git, everything that is not installed. */
function ourFiles(): string[] {
  const options = { cwd: root, encoding: 'utf8' } as const;
  const { status, stdout } = spawnSync(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    options,
  );
  const paths = status === 0 ? stdout.split('\0').filter((path) => path !== '') : listFiles('.');
  const isText = (path: string) => !/\.(png|ico|woff2|gz|zst|br|bin|db)$/.test(path);
  return paths.filter((path) => isText(path) && existsSync(join(root, path)));
}

/** Paths of this machine, which could only have come into the tree by accident. */
function machineTraces(): RegExp[] {
  // Names so usual that our examples have them, too.
  const usual = /^\/(srv|app|opt|data|usr|var|home|tmp|root)?$|^\/(srv|app|opt|data|usr)\//;
  const folders = [root, homedir(), dirname(root)].filter((path) => !usual.test(path));
  return [...folders.map(toPattern), /(?<![\w.])\/(?:root|Users\/\w+|home\/(?!node\b)\w+)\//];
}

function toPattern(folder: string): RegExp {
  return new RegExp(`(?<![\\w.-])${folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}/`);
}
