// Programs without any SDK: fetch, curl, and the examples that our pages print.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../support/run-result.ts';
import { Fairlead } from './fairlead.ts';
import { say } from './feature.ts';

export type PlainFeature = { readonly name: string; readonly run: (server: Fairlead) => Promise<void> };

const run = promisify(execFile);

type Page = { readonly page: string; readonly says: readonly RegExp[] };

/** Pages with examples, and what each example says. */
const pages: readonly Page[] = [
  { page: 'README.md', says: [/^Hello there$/] },
  {
    page: 'docs/start/first-request.md',
    says: [/^Hello there\ngen-\w{26}\n$/, /^The tool answered: fog over \w+\n$/, /^The harbour.*\nstream_cut: /],
  },
];

export const plainFeatures: readonly PlainFeature[] = [
  {
    name: 'fetch',
    async run(server) {
      const response = await post(server, { model: 'sandbox/echo', messages: say('plain words') });
      assert.equal(response.status, 200);
      assert.equal(JSON.parse(await response.text()).choices[0].message.content, 'plain words');
    },
  },
  {
    name: 'fetch, streamed',
    async run(server) {
      const response = await post(server, { model: 'sandbox/echo', messages: say('plain words'), stream: true });
      assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
      const events = (await response.text()).trimEnd().split('\n\n');
      assert.equal(events.pop(), 'data: [DONE]');
      const said = events.map((event) => JSON.parse(event.slice('data: '.length)).choices[0].delta.content ?? '');
      assert.equal(said.join(''), 'plain words');
    },
  },
  {
    name: 'fetch: the key as x-api-key, x-goog-api-key, ?key=',
    async run(server) {
      const headers = [{ 'x-api-key': server.key }, { 'x-goog-api-key': server.key }];
      for (const each of headers)
        assert.equal((await fetch(`${server.baseUrl}/models`, { headers: each })).status, 200);
      assert.equal((await fetch(`${server.baseUrl}/models?key=${server.key}`)).status, 200);
      assert.equal((await fetch(`${server.baseUrl}/models`)).status, 401);
    },
  },
  {
    name: 'the printed curl line as it stands',
    async run() {
      await using server = await Fairlead.start({ json: false });
      const line = server.printed.find((each) => each.startsWith('curl ')) ?? assert.fail('no curl line');
      const { stdout } = await run('sh', ['-c', line], { timeout: 10_000 });
      assert.equal(JSON.parse(stdout).choices[0].message.content, 'Hello, harbour');
    },
  },
  ...['openai', 'openai6'].flatMap((name) =>
    pages.map((page) => ({
      name: `the examples of ${page.page} with ${name}`,
      run: (server: Fairlead) => runExamples(page, name, server),
    })),
  ),
  {
    name: 'after all of that the books balance',
    async run(server) {
      assert.equal(String((await server.command('ledger', 'check')).ok), 'true');
    },
  },
];

function post(server: Fairlead, body: unknown): Promise<Response> {
  return fetch(`${server.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Each block of TypeScript is a program of its own; only address, key and package name are put in. */
async function runExamples({ page, says }: Page, name: string, server: Fairlead): Promise<void> {
  const text = readFileSync(join(repository, page), 'utf8');
  const blocks = Array.from(text.matchAll(/```ts\n([\s\S]*?)```/g), ([, block = '']) => block);
  const examples = blocks.filter((block) => block.includes("from 'openai'"));
  assert.equal(examples.length, says.length, 'examples');
  // Below this folder, so that the packages are found; .mjs, since Node strips no types there.
  const folder = mkdtempSync(join(import.meta.dirname, 'node_modules', '.example-'));
  try {
    for (const [index, example] of examples.entries()) {
      const file = join(folder, `${index}.mjs`);
      const program = example
        .replaceAll('http://127.0.0.1:8080', server.url)
        .replaceAll('sk-fl-…', server.key)
        .replaceAll("from 'openai", `from '${name}`);
      writeFileSync(file, program);
      const env = { ...process.env, FAIRLEAD_KEY: server.key };
      const { stdout } = await run(process.execPath, [file], { env, timeout: 10_000 });
      assert.match(stdout, says[index] ?? /never/);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
