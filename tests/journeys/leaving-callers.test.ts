// Callers that leave while something is done at an upstream for them: what is asked ends, what was sent is not lost.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { formType, toForm } from '../support/form.ts';
import { call, openCall } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { type Received, startUpstream } from './scripted-upstream.ts';

const json = { 'content-type': 'application/json' };
let files = 0;
let onUpload = (give: () => void, _received: Received): void => give();
let isHanging = false;
const hanging: Received[] = [];
const upstream = await startUpstream({ after }, (received) => {
  const { path, response } = received;
  const say = (text: string) => void response.writeHead(200, json).end(text);
  if (path === '/v1/files') return onUpload(() => say(`{"id":"file-${++files}","object":"file"}`), received);
  if (isHanging) return void hanging.push(received);
  say(`{"id":"${path.split('/').at(-1)}","object":"file"}`);
});
const { url, key, ask } = await runFairlead(
  { after },
  {
    config: `
upstreams:
  u: { base_url: '${upstream.url}', data: { trains: false }, api_key: k, models: { m: { as: u/m, price: free } } }
routing: { default_model: u/m }
`,
  },
);
await ask('workspace-set', { workspace: 'default', settings: ['storage=any:7'] });

const upload = {
  ...{ url, key, path: '/v1/files', headers: { 'content-type': formType } },
  body: toForm([
    ['purpose', 'batch'],
    ['file', 'one', 'a.jsonl'],
  ]),
};
const list = async () => (await call({ url, key, method: 'GET', path: '/v1/files?limit=100' })).body.toString();

test('a file whose caller left after its last byte is kept, and is found again', async () => {
  const arrived = Promise.withResolvers<() => void>();
  let hasLeft = false;
  onUpload = (give, received) => {
    arrived.resolve(give);
    received.left.then(() => {
      hasLeft = true;
    });
  };
  const open = openCall(upload);
  const give = await arrived.promise;
  open.leave();
  // The gateway hears of it before the upstream answers.
  await new Promise((resolve) => setTimeout(resolve, 200));
  give();
  onUpload = (answer) => answer();

  await eventually(async () => assert.match(await list(), new RegExp(`"file-${files}"`)));
  assert.equal(hasLeft, false);
});

test('a list whose caller leaves ends all of its questions', async () => {
  for (let made = 0; made < 8; made += 1) assert.equal((await call(upload)).status, 200);
  isHanging = true;

  const open = openCall({ url, key, method: 'GET', path: '/v1/files?limit=8' });
  await eventually(async () => assert.equal(hanging.length, 8));
  open.leave();
  await Promise.all(hanging.map(({ left }) => left));

  isHanging = false;
});
