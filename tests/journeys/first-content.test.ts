// A model that may think longer than others is waited for longer, by its last endpoint and before another one is asked.
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
const both = '{ thinks: { as: openai/o3, price: free }, talks: { as: own/talks, price: free } }';
const { url, key } = await runFairlead(
  { after },
  {
    config: `
deadlines: { failover_ms: 700, first_content_ms: 900 }
routing: { strategy: order }
upstreams:
  slow: { base_url: '${slow.url}', data: { trains: false }, api_key: a, models: ${both} }
  fast: { base_url: '${fast.url}', data: { trains: false }, api_key: b, models: ${both} }
  alone: { base_url: '${slow.url}', data: { trains: false }, api_key: c, models: { thinks: { as: openai/o1, price: free }, talks: { as: own/alone, price: free } } }
`,
  },
);
const stream = (model: string) => call({ url, key, body: ask(model, { stream: true }) });

test('a long thought of a model that is known for it is waited for, and another endpoint is not asked', async () => {
  const thought = await stream('openai/o3');
  assert.deepEqual([readStream(thought.body).text, thought.headers['x-fairlead-attempts']], ['slow', '1']);

  const talk = await stream('own/talks');
  assert.deepEqual([readStream(talk.body).text, talk.headers['x-fairlead-attempts']], ['fast', '2']);
});

test('the last endpoint as well', async () => {
  assert.equal(readStream((await stream('openai/o1')).body).text, 'slow');
  assert.equal((await stream('own/alone')).status, 504);
});
