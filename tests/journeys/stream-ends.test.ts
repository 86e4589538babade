// How streams of other dialects end: by silence, by pings, by a connection that stays open, by a caller that leaves.
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dialects } from '../support/dialects.ts';
import { call, generationOf, openCall } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { chunkOf, sse, startUpstream } from './scripted-upstream.ts';

type Play = (response: ServerResponse) => Promise<void>;

const [chat, , anthropic] = dialects;
assert.ok(chat && anthropic);

function geminiChunk(text: string, finish?: string, usage?: object): string {
  const candidate = {
    content: { role: 'model', parts: text === '' ? [] : [{ text }] },
    index: 0,
    finishReason: finish,
  };
  return `data: ${JSON.stringify({ candidates: [candidate], usageMetadata: usage })}\n\n`;
}

const messageStart = `event: message_start\ndata: ${JSON.stringify({
  type: 'message_start',
  message: {
    id: 'm',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    usage: { input_tokens: 5, output_tokens: 1 },
  },
})}\n\n`;
const event = (value: { type: string }) => `event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`;
const delta = (text: string) =>
  event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as { type: string });

async function play(protocol: string, script: Play) {
  const upstream = await startUpstream({ after }, async ({ response }) => {
    response.writeHead(200, sse);
    await script(response);
  });
  const fairlead = await runFairlead(
    { after },
    {
      config: `
deadlines: { divide_by: 20 }
upstreams:
  u:
    base_url: ${upstream.url}
    data: { trains: false }
    api_key: k
    protocols: [${protocol}]
    models: { m: { as: u/m, price: { input: 1, output: 1 } } }
`,
    },
  );
  const ask = { url: fairlead.url, path: chat?.address('u/m', true) ?? '', headers: chat?.headers(fairlead.key) ?? {} };
  return { fairlead, ask: { ...ask, body: chat?.body('u/m', 'q', true) } };
}

test('pings of an upstream are signs of life also where the caller speaks another dialect', async () => {
  const { ask } = await play('anthropic-messages', async (response) => {
    response.write(messageStart);
    response.write(
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as { type: string }),
    );
    response.write(delta('one'));
    for (let i = 0; i < 10; i++) {
      await sleep(500);
      response.write(event({ type: 'ping' }));
    }
    response.write(delta(' two'));
    response.write(
      event({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } } as {
        type: string;
      }),
    );
    response.end(event({ type: 'message_stop' }));
  });

  const told = chat?.readStream((await call(ask)).body.toString());

  assert.deepEqual([told?.text, told?.finish, told?.error], ['one two', 'stop', undefined]);
});

test('an upstream that said why it stopped has ended, also when it keeps the connection', async () => {
  const usage = { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 };
  const { fairlead, ask } = await play('gemini-generate', async (response) => {
    response.write(geminiChunk('one'));
    response.write(geminiChunk(' two', 'STOP', usage));
  });

  const reply = await call(ask);
  const told = chat?.readStream(reply.body.toString());

  assert.deepEqual([told?.text, told?.finish, told?.error, told?.terminals], ['one two', 'stop', undefined, 1]);
  const record = await fairlead.explain(generationOf(reply));
  assert.deepEqual([record.end_reason, record.usage_source, record.usage.output], ['completed', 'reported', 2]);
});

test('who leaves before the last chunk of a Gemini model pays for what came, although it was not counted yet', async () => {
  const { fairlead, ask } = await play('gemini-generate', async (response) => {
    for (let i = 0; i < 400; i++)
      response.write(geminiChunk('word '.repeat(20), undefined, { promptTokenCount: 5, totalTokenCount: 5 }));
  });
  const open = openCall(ask);
  const head = await open.response;
  await open.began;
  await sleep(300);
  open.leave();

  const record = await fairlead.explain(generationOf(head));
  assert.equal(record.end_reason, 'caller_left');
  assert.ok(record.usage.output > 1_000, `${record.usage.output} output tokens`);
});

test('an endpoint in whose dialect a request cannot be said is passed over for one that can', async () => {
  const { ask, fairlead } = await play('openai-chat', async (response) => {
    response.end('data: {"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
  });
  const reply = await call({ ...ask, headers: { ...ask.headers, 'x-fairlead-strict': 'true' } });

  assert.equal(reply.status, 200);
  assert.equal((await fairlead.explain(generationOf(reply))).attempts.length, 1);
});

test('a byte order mark behind a heartbeat does not hide the first event', async () => {
  const { ask } = await play('openai-chat', async (response) => {
    await sleep(1_500);
    response.write(`\ufeff${chunkOf('one')}`);
    response.end(`${chunkOf(' two', 'stop')}data: [DONE]\n\n`);
  });

  const text = (await call(ask)).body.toString();

  assert.match(text, /^: keepalive\n\n/);
  assert.doesNotMatch(text, /\ufeff/);
  assert.equal(chat?.readStream(text).text, 'one two');
});
