// What a workspace and the operator are told by webhook, as a receiver sees it that checks signatures as the docs say.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { repository } from '../support/run-result.ts';
import { startSmtpDouble } from '../support/smtp-double.ts';
import { setUp } from './browser.ts';
import { call, ask as question } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { answerOf, startUpstream } from './scripted-upstream.ts';

type IsGenuine = (secret: string, headers: object, body: string) => boolean;
type Hook = { readonly id: string; readonly secret: string; readonly url: string };
type Message = { readonly type: string; readonly data: Readonly<Record<string, unknown>> };
type Delivery = { readonly id: string; readonly event: string; readonly state: string; readonly answer: string | null };

const folder = mkdtempSync(join(tmpdir(), 'fl-webhooks-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const isGenuine = await exampleOfTheDocs();
const smtp = await startSmtpDouble({ after });
let isWell = true;
const shaky = await startUpstream({ after }, ({ response }) => {
  response.writeHead(isWell ? 200 : 500, { 'content-type': 'application/json' });
  response.end(isWell ? answerOf('shaky') : '{"error":{"message":"no","type":"server_error","code":"x"}}');
});
const receiver = await startUpstream({ after }, ({ response }) => {
  response.writeHead(204);
  response.end();
});
const fairlead = await runFairlead(
  { after },
  {
    config: `${smtp.mail}
deadlines: { eject_ms: 300, probe_ms: 400 }
upstreams:
  shaky: { base_url: '${shaky.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: free } } }
`,
  },
);
const owner = await setUp(fairlead);
const { ask, url } = fairlead;
const { workspaces } = (await owner.visit('/api/v1/me')).json<{ workspaces: { id: string }[] }>();
const workspace = workspaces[0]?.id ?? '';

/** The lines of docs/reference/webhooks.md, as they stand there. */
async function exampleOfTheDocs(): Promise<IsGenuine> {
  const page = readFileSync(join(repository, 'docs/reference/webhooks.md'), 'utf8');
  const file = join(folder, 'receiver.mjs');
  writeFileSync(file, /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '');
  return ((await import(pathToFileURL(file).href)) as { isGenuine: IsGenuine }).isGenuine;
}

async function messagesAt(path: string, type: string) {
  return receiver.received
    .filter((each) => each.path === `/v1${path}`)
    .map(({ headers, body }) => ({ headers, body: body.toString(), message: JSON.parse(body.toString()) as Message }))
    .filter(({ message }) => message.type === type);
}

function first(path: string, type: string) {
  return eventually(async () => {
    const [message] = await messagesAt(path, type);
    assert.ok(message, `${type} at ${path}`);
    return message;
  }, 20_000);
}

test('a key that is stopped is told, signed; a changed or old message, or another secret, is not genuine', async () => {
  const hook = await ask<Hook>('webhook-add', { url: `${receiver.url}/team`, events: ['key-stopped'] });
  assert.match(hook.secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const { id: key } = await ask<{ id: string }>('key-create', { name: 'leaky' });
  await ask('key-leaked', { id: key });

  const { headers, body, message } = await first('/team', 'key-stopped');

  assert.deepEqual(message.data, { workspace, key, why: 'leaked' });
  assert.ok(isGenuine(hook.secret, headers, body));
  assert.ok(!isGenuine(hook.secret, headers, body.replace('leaked', 'deleted')));
  assert.ok(!isGenuine(`whsec_${Buffer.alloc(32).toString('base64')}`, headers, body));
  const earlier = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 400) };
  assert.ok(!isGenuine(hook.secret, earlier, body));
  const listed = JSON.stringify(await ask('webhook-list'));
  assert.ok(listed.includes(hook.id) && !listed.includes('whsec_'), 'the secret is shown once');
});

test('a rotated secret signs beside the old one; a test is sent at once, and its answer stands in the list', async () => {
  const hook = await ask<Hook>('webhook-add', { url: `${receiver.url}/turn` });
  const { secret } = await ask<Hook>('webhook-rotate', { id: hook.id });
  await ask('webhook-test', { id: hook.id });

  const { headers, body } = await first('/turn', 'webhook-test');

  assert.ok(isGenuine(secret, headers, body) && isGenuine(hook.secret, headers, body));
  const [delivery] = await eventually(async () => {
    const rows = await ask<readonly Delivery[]>('webhook-deliveries', { id: hook.id });
    assert.equal(rows[0]?.state, 'sent');
    return rows;
  });
  assert.deepEqual([delivery?.event, delivery?.answer], ['webhook-test', '204']);
  await ask('webhook-again', { id: hook.id, delivery: delivery?.id });
  await eventually(async () => assert.equal((await messagesAt('/turn', 'webhook-test')).length, 2));
  await ask('webhook-remove', { id: hook.id });
});

test('a limit that is nearly reached is told to its workspace, with numbers and ids alone', async () => {
  await ask('webhook-add', { url: `${receiver.url}/limits`, events: ['limit-nearly-reached'] });
  const { key } = await ask<{ key: string }>('key-create', { name: 'ten', limit_requests: 10, reset: 'daily' });
  for (let request = 0; request < 8; request += 1) {
    assert.equal((await call({ url, key, body: question('sandbox/echo') })).status, 200);
  }

  const { message } = await first('/limits', 'limit-nearly-reached');

  assert.deepEqual([message.data.level, message.data.used, message.data.unit], ['80', '8', 'requests']);
});

test('members enter public addresses alone; the secret of what they add is in one answer', async () => {
  for (const wrong of [
    'http://hooks.example.org/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://a:b@example.org/',
  ]) {
    const refused = await owner.post('/api/v1/webhooks', { url: wrong });
    assert.equal(refused.status, 400, `${wrong}: ${refused.text}`);
  }
  const unknown = await owner.post('/api/v1/webhooks', { url: 'https://example.org/', events: ['endpoint-out'] });
  assert.match(unknown.text, /There is no event/);
  const added = await owner.post('/api/v1/webhooks', { url: 'https://localhost/x', events: ['abuse-suspected'] });
  assert.equal(added.status, 201, added.text);
  const { id, secret } = added.json<{ data: Hook }>().data;
  assert.match(secret, /^whsec_/);
  assert.equal((await owner.post(`/api/v1/webhooks/${id}/test`, {})).status, 200);

  await eventually(async () => {
    const page = await owner.visit(`/api/v1/webhooks/${id}/deliveries`);
    assert.equal(page.json<{ data: readonly Delivery[] }>().data[0]?.answer, 'private', 'its name means this machine');
  });
});

test("an outage is told once to the operator's webhook and to operators who want letters, and once that it is over", async () => {
  const added = await owner.post('/api/v1/operator/webhooks', { url: `${receiver.url}/operator` });
  assert.equal(added.status, 201, added.text);
  const { secret } = added.json<{ data: Hook }>().data;
  const wants = await owner.visit('/api/v1/operator/outage-letters', { method: 'PUT', body: { wants: true } });
  assert.equal(wants.status, 200, wants.text);
  const load = async (requests: number) => {
    for (let request = 0; request < requests; request += 1) {
      await call({ url, key: fairlead.key, body: question('own/m') });
    }
  };
  await load(10);
  isWell = false;
  await load(30);
  const out = await first('/operator', 'endpoint-out');
  assert.ok(isGenuine(secret, out.headers, out.body));
  assert.equal(out.message.data.endpoint, 'own/m@shaky');
  isWell = true;
  await eventually(async () => {
    await load(2);
    assert.equal((await messagesAt('/operator', 'endpoint-back')).length, 1);
  }, 20_000);

  assert.equal((await messagesAt('/operator', 'endpoint-out')).length, 1);
  assert.equal((await messagesAt('/team', 'endpoint-out')).length, 0, 'no workspace hears of it');
  const letters = await ask<readonly { event: string }[]>('alert-letter-take');
  assert.deepEqual(letters.map(({ event }) => event).sort(), ['endpoint-back', 'endpoint-out']);
});
