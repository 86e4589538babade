// What leaves the machine: to whom, and which bytes.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repository } from '../support/run-result.ts';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { type Received, startUpstream } from './scripted-upstream.ts';

const folder = mkdtempSync(join(tmpdir(), 'fl-egress-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const record = join(folder, 'egress');

const refuse = ({ response }: Received) => {
  response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
};
const echo = await startUpstream({ after }, refuse);
const second = await startUpstream({ after }, refuse);
const bell = await startUpstream({ after }, ({ response }) => void response.writeHead(204).end());
const offer = 'price: free';
const fairlead = await runFairlead(
  { after },
  {
    config: `
alerts: { webhook: "${bell.url}/alerts" }
deadlines: { divide_by: 50 }
upstreams:
  chat: { base_url: "${echo.url}", api_key: upstream-key, type: self_hosted, protocols: [openai-chat, openai-responses], models: { m: { as: e/chat, ${offer} } } }
  messages: { base_url: "${echo.url}", api_key: upstream-key, type: self_hosted, protocols: [anthropic-messages], models: { m: { as: e/messages, ${offer} } } }
  gemini: { base_url: "${echo.url}", api_key: upstream-key, type: self_hosted, protocols: [gemini-generate], models: { m: { as: e/gemini, ${offer} } } }
  other: { base_url: "${second.url}", api_key: upstream-key, type: self_hosted, models: { m: { as: e/chat, ${offer} } } }
`,
    env: {
      FAIRLEAD_TEST_EGRESS: record,
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import=${pathToFileURL(join(repository, 'tests/support/record-egress.ts')).href}`,
    },
  },
);
const { url, key } = fairlead;

/** What a browser, a proxy and a careless program say of a person: each value is one that nobody else would write. */
const personal = {
  cookie: 'session=mark-cookie',
  'x-forwarded-for': '203.0.113.77',
  'x-real-ip': '203.0.113.77',
  forwarded: 'for=203.0.113.77',
  'cf-connecting-ip': '203.0.113.77',
  'true-client-ip': '203.0.113.77',
  referer: 'https://mark-referer.example/page',
  'http-referer': 'https://mark-referer.example/page',
  'x-title': 'mark-title',
  origin: 'https://mark-origin.example',
  'user-agent': 'mark-agent/1.0',
  'accept-language': 'mark-language',
  'x-mark-header': 'mark-header',
  'x-session-id': 'mark-session',
  'x-stainless-os': 'mark-os',
};

/** All that an upstream's dialect needs. */
const allowed = new Set([
  ...['host', 'connection', 'content-type', 'content-length', 'transfer-encoding', 'accept', 'accept-encoding'],
  ...['authorization', 'x-api-key', 'x-goog-api-key', 'anthropic-version', 'anthropic-beta', 'user-agent'],
]);

const text = [{ role: 'user', content: 'hello' }];
const surfaces = [
  ['/v1/chat/completions', { model: 'e/chat', messages: text, user: 'mark-user' }],
  ['/api/v1/chat/completions', { model: 'e/chat', messages: text, user: 'mark-user' }],
  ['/v1/responses', { model: 'e/chat', input: 'hello', safety_identifier: 'mark-user' }],
  ['/v1/messages', { model: 'e/messages', max_tokens: 9, messages: text, metadata: { user_id: 'mark-user' } }],
  ['/v1beta/models/e/gemini:generateContent', { contents: [{ role: 'user', parts: [{ text: 'hello' }] }] }],
  // Translated: the caller's dialect is not the upstream's.
  ['/v1/chat/completions', { model: 'e/messages', messages: text, user: 'mark-user' }],
  ['/v1/messages', { model: 'e/chat', max_tokens: 9, messages: text, metadata: { user_id: 'mark-user' } }],
] as const;

test('an upstream gets the heads of its dialect alone, and nothing of who asked', async () => {
  for (const [path, body] of surfaces) {
    const reply = await call({ url, key, path, headers: personal, body });
    assert.ok(reply.status >= 500, `${path} reached its upstream: ${reply.status} ${reply.body}`);
  }
  const received = [...echo.received, ...second.received];
  assert.ok(received.length >= surfaces.length, `${received.length} requests`);
  for (const { headers, body, path } of received) {
    const names = Object.keys(headers);
    assert.deepEqual(
      names.filter((name) => !allowed.has(name)),
      [],
      path,
    );
    const all = `${path}\n${names.map((name) => `${name}: ${headers[name]}`).join('\n')}\n${body}`;
    assert.doesNotMatch(all, /mark-|203\.0\.113|sk-fl-/, path);
    assert.match(body.toString(), /hello/);
  }
});

test('one end user is another one at each workspace, and the same one in the next request', async () => {
  const { id } = await fairlead.ask<{ id: string }>('workspace-create', { name: 'other', credit_usd: '1.00' });
  const { key: others } = await fairlead.ask<{ key: string }>('key-create', { workspace: id });
  const userSeen = async (secret: string) => {
    const before = echo.received.length + second.received.length;
    await call({ url, key: secret, body: { ...(ask('e/chat') as object), user: 'person-17' } });
    const last = [...echo.received, ...second.received];
    assert.ok(last.length > before);
    const one = echo.received.at(-1) ?? second.received.at(-1);
    return (JSON.parse(String(one?.body)) as { user: string }).user;
  };
  const [first, again, other] = [await userSeen(key), await userSeen(key), await userSeen(others)];
  assert.equal(first, again);
  assert.notEqual(first, other);
  assert.ok(![first, other].includes('person-17'));
});

test('whatever fails, no address is dialled but those of the registry and of the alerts', async () => {
  const { data } = JSON.parse(
    (await call({ url, path: '/simulator/modes', method: 'GET' })).body.toString() || '{}',
  ) as {
    data?: readonly string[];
  };
  const modes = data ?? ['http-500', 'http-429', 'reset-before-head', 'redirect', 'html', 'cut-5', 'garbage-bytes'];
  for (const mode of modes.slice(0, 12)) await call({ url, key, body: ask(`sandbox/fault-${mode}`) });
  await call({ url, key, body: ask('sandbox/echo') });
  const lines = await eventually(() => {
    const all = readFileSync(record, 'utf8').trim().split('\n');
    assert.ok(
      all.some((line) => line === `dialled ${hostOf(echo.url)}`),
      'the recorder sees',
    );
    return Promise.resolve(all);
  });
  const own = lines.filter((line) => line.startsWith('own ')).map((line) => line.slice(4));
  const registered = new Set([...own, ...[echo, second, bell].map((each) => hostOf(each.url))]);
  const dialled = lines
    .filter((line) => !line.startsWith('own '))
    .map((line) => line.split(' ')[1]?.replace('localhost', '127.0.0.1') ?? '');
  assert.deepEqual([...new Set(dialled.filter((each) => !registered.has(each)))], []);
});

function hostOf(address: string): string {
  return new URL(address).host;
}
