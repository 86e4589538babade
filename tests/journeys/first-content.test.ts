// A model that may think longer than others is waited for longer by its last endpoint, and as long as the file says before another one.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, call } from './caller.ts';
import { readStream } from './read-stream.ts';
import { runFairlead } from './running-fairlead.ts';
import { chunkOf, sse, startUpstream } from './scripted-upstream.ts';

const thoughtMs = 1_500;
const speaker = (word: string, ms: number) =>
  startUpstream({ after }, async ({ response }) => {
    response.writeHead(200, sse);
    response.write(': thinking\n\n');
    await sleep(ms);
    response.end(`${chunkOf(word)}${chunkOf('', 'stop')}data: [DONE]\n\n`);
  });
const slow = await speaker('slow', thoughtMs);
const fast = await speaker('fast', 0);
const both = `{ thinks: { as: openai/o3, price: free }, talks: { as: own/talks, price: free }, patient: { as: own/patient, price: free } }`;
const { url, key } = await runFairlead(
  { after },
  {
    config: `
deadlines: { failover_ms: 700, first_content_ms: 900 }
routing: { strategy: order }
models: { own/patient: { first_content_ms: 9000, failover_ms: 8000 } }
upstreams:
  slow: { base_url: '${slow.url}', data: { trains: false }, api_key: a, models: ${both} }
  fast: { base_url: '${fast.url}', data: { trains: false }, api_key: b, models: ${both} }
  alone: { base_url: '${slow.url}', data: { trains: false }, api_key: c, models: { thinks: { as: openai/o1, price: free }, talks: { as: own/alone, price: free } } }
`,
  },
);
const stream = (model: string) => call({ url, key, body: ask(model, { stream: true }) });

test('another endpoint is asked after failover_ms, or after what the file says of the model', async () => {
  for (const model of ['openai/o3', 'own/talks']) {
    const { body, headers } = await stream(model);
    assert.deepEqual([readStream(body).text, headers['x-fairlead-attempts']], ['fast', '2'], model);
  }
  const patient = await stream('own/patient');
  assert.deepEqual([readStream(patient.body).text, patient.headers['x-fairlead-attempts']], ['slow', '1']);
});

test('a long thought of a model that is known for it is waited for by its last endpoint', async () => {
  assert.equal(readStream((await stream('openai/o1')).body).text, 'slow');
  assert.equal((await stream('own/alone')).status, 504);
});
