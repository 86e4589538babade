// docs/start/clients.md: its curl lines work as they stand, and every other example names the address that its program wants.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { findSurface } from '#http/data/surfaces.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { root } from './source-files.ts';

const page = readFileSync(join(root, 'docs/start/clients.md'), 'utf8');
const printed = 'http://127.0.0.1:8080';
const run = promisify(execFile);

function blocksOf(text: string, language: string): readonly string[] {
  return Array.from(
    text.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g')),
    ([, block = '']) => block,
  );
}

function section(heading: string): string {
  const found = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  return found ?? assert.fail(`there is no section ${heading}`);
}

const says: readonly RegExp[] = [
  /"content":"Hello there"/,
  /event: response\.completed\n/,
  /"text":"Hello there"/,
  /"text": "Hello there"/,
  /"model":"sandbox\/echo".*"cost":0\.0/,
  /"id":"sandbox\/echo"/,
  /^\{"input_tokens":\d+\}$/,
];

test('every curl line of the page is answered by a Fairlead that has just been started', async () => {
  const { url, key } = await runFairlead({ after });
  const lines = blocksOf(section('curl'), 'sh');

  assert.equal(lines.length, says.length);
  for (const [index, line] of lines.entries()) {
    const env = { ...process.env, FAIRLEAD_KEY: key };
    const { stdout } = await run('sh', ['-c', line.replaceAll(printed, url)], { env, timeout: 10_000 });
    assert.match(stdout, says[index] ?? /never/, line);
  }
});

type Example = {
  /** The package of a block, or the program's own heading. */
  readonly of: string;
  /** What the example says behind the host. */
  readonly base: string;
  /** What the program asks then. */
  readonly asks: string;
};

const packages: readonly Example[] = [
  { of: 'openai', base: '/v1', asks: '/v1/responses' },
  { of: '@anthropic-ai/sdk', base: '', asks: '/v1/messages' },
  { of: '@google/genai', base: '', asks: '/v1/models/sandbox/echo:generateContent' },
  { of: '@ai-sdk/openai', base: '/v1', asks: '/v1/chat/completions' },
  { of: '@ai-sdk/anthropic', base: '/v1', asks: '/v1/messages' },
  { of: '@ai-sdk/google', base: '/v1beta', asks: '/v1beta/models/sandbox/echo:generateContent' },
  { of: '@langchain/openai', base: '/v1', asks: '/v1/chat/completions' },
  { of: '@langchain/anthropic', base: '', asks: '/v1/messages' },
  { of: '@langchain/google-genai', base: '', asks: '/v1beta/models/sandbox/echo:generateContent' },
  { of: '@openrouter/sdk', base: '/api/v1', asks: '/api/v1/chat/completions' },
];

const programs: readonly Example[] = [
  { of: 'codex', base: '/v1', asks: '/v1/responses' },
  { of: 'opencode', base: '/v1', asks: '/v1/messages' },
  { of: 'gemini-cli', base: '', asks: '/v1beta/models/sandbox/echo:streamGenerateContent' },
  { of: 'pi', base: '', asks: '/v1/messages' },
];

function assertAddress(text: string, { base, asks, of }: Example): void {
  const bases = Array.from(text.matchAll(/http:\/\/127\.0\.0\.1:8080([\w/-]*)/g), ([, path]) => path);
  assert.deepEqual(bases, [base], of);
  assert.ok('surface' in (findSurface(asks, 'POST') ?? {}), `${of}: ${asks}`);
}

test('every example of an SDK names the address from which the SDK finds a surface, and the key', () => {
  const blocks = blocksOf(page, 'ts');
  const imported = blocks.map((block) => /from '([^']+)'/.exec(block)?.[1]);

  assert.deepEqual(
    imported,
    packages.map((example) => example.of),
  );
  for (const [index, example] of packages.entries()) {
    assertAddress(blocks[index] ?? '', example);
    assert.match(blocks[index] ?? '', /FAIRLEAD_KEY/);
  }
});

test('every example of a program names the address from which the program finds a surface, and is well-formed', () => {
  for (const example of programs) {
    const text = section(example.of);
    assertAddress(text, example);
    for (const json of blocksOf(text, 'json')) JSON.parse(json);
  }
});
