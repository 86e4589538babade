// A chunk that is no JSON passes as it came where caller and upstream speak the same; where it cannot, nobody is told that
// the answer was whole.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { dialects } from '../support/dialects.ts';
import { ask, call, generationOf } from './caller.ts';
import { readStream } from './read-stream.ts';
import { runFairlead } from './running-fairlead.ts';
import { chunkOf, sse, startUpstream } from './scripted-upstream.ts';

const garbled = 'data: {"id":"c","choices":[{"delta":{"con\n\n';
const script = [chunkOf('one'), chunkOf(' two'), garbled, chunkOf(' three'), chunkOf('', 'stop'), 'data: [DONE]\n\n'];
const geminiScript = [
  'data: {"candidates":[{"content":{"role":"model","parts":[{"text":"one"}]},"index":0}]}\n\n',
  'data: {"candidates":[{"content":{"par\n\n',
  'data: {"candidates":[{"content":{"role":"model","parts":[{"text":" two"}]},"index":0,"finishReason":"STOP"}]}\n\n',
];

const upstream = await startUpstream({ after }, ({ path, response }) => {
  response.writeHead(200, sse);
  response.end((path.includes('Generate') ? geminiScript : script).join(''));
});
const fairlead = await runFairlead(
  { after },
  {
    config: `
upstreams:
  chat: { base_url: "${upstream.url}", data: { trains: false }, api_key: k, models: { m: { as: u/chat, price: free } } }
  gemini:
    base_url: ${upstream.url}
    data: { trains: false }
    api_key: l
    protocols: [gemini-generate]
    models: { m: { as: u/gemini, price: free } }
`,
  },
);
const { url, key } = fairlead;

test('to a caller of the same dialect it passes byte for byte, and the answer is whole', async () => {
  const reply = await call({ url, key, body: ask('u/chat', { stream: true }) });

  const record = await fairlead.explain(generationOf(reply));
  assert.equal(reply.body.toString(), script.join(''));
  assert.deepEqual([record.end_reason, record.attribution], ['completed', 'upstream']);
});

test('in OpenRouter’s dress, too', async () => {
  const reply = await call({ url, key, path: '/api/v1/chat/completions', body: ask('u/chat', { stream: true }) });

  const seen = readStream(reply.body);
  assert.deepEqual([seen.text, seen.isDone, seen.error], ['one two three', true, undefined]);
  assert.ok(reply.body.includes(garbled));
});

test('in a translation it would leave a hole: the stream breaks off and says so', async () => {
  const [, , anthropic] = dialects;
  assert.ok(anthropic);
  const reply = await call({
    url,
    path: anthropic.address('u/chat', true),
    headers: anthropic.headers(key),
    body: anthropic.body('u/chat', 'q', true),
  });

  const told = anthropic.readStream(reply.body.toString());
  const record = await fairlead.explain(generationOf(reply));
  assert.deepEqual([told.text, told.terminals], ['one two', 0]);
  assert.notEqual(told.error, undefined);
  assert.deepEqual([record.end_reason, record.attribution], ['upstream_cut', 'upstream']);
});

test('a list of JSON has no place for it: the list ends valid, with the error', async () => {
  const body = { contents: [{ role: 'user', parts: [{ text: 'q' }] }] };
  const headers = { 'x-goog-api-key': key };
  const path = '/v1beta/models/u/gemini:streamGenerateContent';
  const list = await call({ url, path, headers, body });
  const events = await call({ url, path: `${path}?alt=sse`, headers, body });

  const last: { readonly error?: object } | undefined = JSON.parse(list.body.toString()).at(-1);
  assert.notEqual(last?.error, undefined);
  assert.equal(events.body.toString(), geminiScript.join(''));
});
