// What `fairlead connect` prints is what the pages show, and what the programs are run with.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { root } from './source-files.ts';

function fairlead(...args: readonly string[]) {
  return spawnSync(process.execPath, [join(root, 'bin/fairlead'), ...args], { encoding: 'utf8' });
}

const names = ['claude-code', 'codex', 'gemini', 'opencode', 'openai'];

test('each client has a page that shows what the command prints', () => {
  for (const name of names) {
    const { stdout, status } = fairlead('connect', name);
    const page = readFileSync(join(root, `docs/start/${name}.md`), 'utf8');
    assert.equal(status, 0);
    assert.equal(/```text\n([\s\S]*?)```/.exec(page)?.[1], stdout, name);
  }
});

test('address, key and model stand where they belong, and an unknown client is refused with the known ones', () => {
  for (const name of names) {
    const { stdout } = fairlead(
      'connect',
      name,
      '--server',
      'https://ai.example/',
      '--key',
      'sk-fl-mine',
      '--model',
      'a/b',
    );
    assert.match(stdout, /https:\/\/ai\.example(?!\/\/)/, name);
    assert.ok(stdout.includes('sk-fl-mine') && !stdout.includes('127.0.0.1'), name);
    if (name !== 'openai') assert.ok(stdout.includes('a/b'), name);
  }
  const { status, stderr } = fairlead('connect', 'emacs');
  assert.equal(status, 2);
  assert.match(stderr, /claude-code, codex, gemini, opencode, openai/);
});

test('bash completes commands, subcommands and options', () => {
  const { stdout: script } = fairlead('completion', 'bash');
  const complete = (...words: readonly string[]) => {
    const typed = words.map((word) => `'${word}'`).join(' ');
    const asked = `${script}\nCOMP_WORDS=(fairlead ${typed}); COMP_CWORD=${words.length}; _fairlead; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', asked], { encoding: 'utf8' }).stdout.trim().split('\n');
  };
  assert.ok(complete('wal').includes('wallet'));
  assert.ok(complete('wallet', 'sh').includes('show'));
  assert.ok(complete('key', 'create', '--limit').includes('--limit-usd'));
  for (const shell of ['zsh', 'fish']) assert.match(fairlead('completion', shell).stdout, /fairlead/);
});
