// An upstream that does not keep to the limit it was sent is stopped there, and its answer ends as a long one ends.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Dialect, dialects } from '../support/dialects.ts';
import { ask, call, generationOf } from './caller.ts';
import { readStream } from './read-stream.ts';
import { eventually, runFairlead, toNano } from './running-fairlead.ts';
import { chunkOf, type Received, sse, startUpstream } from './scripted-upstream.ts';

const limit = 256;
const text = 'words and more of them '.repeat(4);

const event = (value: object) => `data: ${JSON.stringify(value)}\n\n`;
const named = (value: { readonly type: string }) => `event: ${value.type}\n${event(value)}`;
const answer = { id: 'r', object: 'response', created_at: 1, model: 'm', output: [] };

/** How each dialect begins, and what it says again and again. */
const scripts: Readonly<Record<Dialect['name'], { readonly begin: string; readonly again: string }>> = {
  'openai-chat': { begin: chunkOf(''), again: chunkOf(text) },
  'openai-responses': {
    begin: named({ type: 'response.created', response: answer, sequence_number: 0 } as { type: string }),
    again: named({ type: 'response.output_text.delta', output_index: 0, content_index: 0, delta: text } as {
      type: string;
    }),
  },
  'anthropic-messages': {
    begin:
      named({
        type: 'message_start',
        message: {
          id: 'm',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          usage: { input_tokens: 5, output_tokens: 1 },
        },
      } as { type: string }) +
      named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as { type: string }),
    again: named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as { type: string }),
  },
  'gemini-generate': {
    begin: '',
    again: event({ candidates: [{ content: { role: 'model', parts: [{ text }] }, index: 0 }] }),
  },
};
const lengthWords: Readonly<Record<Dialect['name'], string>> = {
  'openai-chat': 'length',
  'openai-responses': 'incomplete',
  'anthropic-messages': 'max_tokens',
  'gemini-generate': 'MAX_TOKENS',
};

/** It would say eight megabytes: more than sockets hold. */
async function goOn({ response, left }: Received, { begin, again }: { begin: string; again: string }): Promise<void> {
  response.write(begin);
  for (let bytes = 0; bytes < 8_000_000 && !response.destroyed; bytes += again.length) {
    if (!response.write(again)) await Promise.race([once(response, 'drain').catch(() => {}), left]);
  }
  response.end();
}

const left: Promise<number>[] = [];
const upstreams = await Promise.all(
  dialects.map(async ({ name }) => {
    const upstream = await startUpstream({ after }, async (received) => {
      left.push(received.left);
      received.response.writeHead(200, sse);
      await goOn(received, scripts[name]);
    });
    return `  ${name}:\n    base_url: ${upstream.url}\n    data: { trains: false }\n    api_key: ${name}\n    protocols: [${name}]\n    models: { m: { as: u/${name}, price: { input: 1, output: 1 } } }`;
  }),
);
const whole = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const message = { role: 'assistant', content: 'words '.repeat(1_000).slice(0, 5_000) };
  const usage = { prompt_tokens: 5, completion_tokens: 900, total_tokens: 905 };
  response.end(JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'stop' }], usage }));
});
upstreams.push(
  `  whole:\n    base_url: ${whole.url}\n    data: { trains: false }\n    api_key: w\n    models: { whole: { as: w/whole, price: { input: 1, output: 1 } } }`,
);
const models = dialects.map(({ name }) => `  u/${name}: { max_output: ${limit}, context: 4096 }`);
models.push(`  w/whole: { max_output: ${limit}, context: 4096 }`);
const config = `upstreams:\n${upstreams.join('\n')}\nmodels:\n${models.join('\n')}\n`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;

for (const caller of dialects) {
  for (const upstream of dialects) {
    test(`${upstream.name} to a caller of ${caller.name}: it ends at the limit and is charged up to it`, async () => {
      const model = `u/${upstream.name}`;
      const reply = await call({
        url,
        path: caller.address(model, true),
        headers: caller.headers(key),
        body: caller.body(model, 'q', true),
      });

      const told = caller.readStream(reply.body.toString());
      const record = await fairlead.explain(generationOf(reply));
      assert.deepEqual([told.finish, told.error, told.terminals], [lengthWords[caller.name], undefined, 1]);
      assert.deepEqual([record.end_reason, record.usage.output], ['length', limit]);
      assert.equal(told.output, limit);
      assert.ok(toNano(record.charge_usd) <= toNano(record.hold_usd));
      // What came in one piece goes out in one piece.
      assert.ok(told.text.length < 32 * limit + 2_048 + 64 * 1024, `${told.text.length} letters`);
    });
  }
}

test('OpenRouter’s callers read the cost of it', async () => {
  const reply = await call({
    url,
    key,
    path: '/api/v1/chat/completions',
    body: ask('u/openai-chat', { stream: true }),
  });

  const seen = readStream(reply.body);
  const record = await fairlead.explain(generationOf(reply));
  const usage = seen.data.filter((data) => data.includes('"cost"')).map((data) => JSON.parse(data).usage);
  assert.deepEqual([seen.finish, seen.isDone, usage.length], ['length', true, 1]);
  assert.equal(toNano(Number(usage[0].cost).toFixed(9)), toNano(record.charge_usd));
});

test('not streamed: what came whole goes out, and is charged up to the limit', async () => {
  const reply = await call({ url, key, body: ask('w/whole') });

  const record = await fairlead.explain(generationOf(reply));
  assert.equal(JSON.parse(reply.body.toString()).choices[0].message.content.length, 5_000);
  assert.deepEqual([record.end_reason, record.usage.output], ['length', limit]);
  assert.ok(toNano(record.charge_usd) <= toNano(record.hold_usd));
});

test('the upstreams are hung up on, and it is counted', async () => {
  const all = Promise.all(left).then(() => 'all');
  assert.equal(await Promise.race([all, sleep(10_000, 'some', { ref: false })]), 'all');
  await eventually(async () => {
    const metrics = await call({ url, path: '/metrics', method: 'GET' });
    assert.match(metrics.body.toString(), /^fairlead_stopped_at_limit_total\{upstream="openai-chat"\} 5$/m);
  });
  assert.doesNotMatch(fairlead.stderr(), /generation-crashed|charge-overran/);
});
