import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import test from 'node:test';

test('the tests run on Node 26, and so does what they start by name', () => {
  assert.match(process.version, /^v26\./);
  assert.match(execFileSync('node', ['--version'], { encoding: 'utf8' }), /^v26\./);
});
