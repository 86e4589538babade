import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sandboxModels } from '#simulator/sandbox-models.ts';
import type { ServedLine } from '#simulator/served-line.ts';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import type { Answer, Choice, ErrorBody } from './answer.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-simulator-'));
const logFile = join(folder, 'served.jsonl');
const served: ServedLine[] = [];
let simulator: Simulator;

before(async () => {
  simulator = await startSimulator({ port: 0, logFile, onServed: (line) => served.push(line), timeScale: 100 });
});

after(async () => {
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const user = (content: string) => ({ role: 'user', content });

function post(body: unknown, init: RequestInit = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { authorization: 'Bearer any', 'content-type': 'application/json', ...init.headers };
  return fetch(`${simulator.url}/chat/completions`, { method: 'POST', body: text, ...init, headers });
}

async function ask(body: object): Promise<Answer> {
  const reply = await post({ messages: [user('one two three')], ...body });
  return (await reply.json()) as Answer;
}

async function stream(body: object): Promise<{ chunks: Answer[]; data: string[]; text: string }> {
  const reply = await post({ messages: [user('one two three')], stream: true, ...body });
  const events = (await reply.text()).split('\n\n').slice(0, -1);
  const data = events.map((event) => event.slice('data: '.length));
  const chunks = data.slice(0, -1).map((line): Answer => JSON.parse(line));
  return { chunks, data, text: chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('') };
}

async function lastLine(): Promise<ServedLine | undefined> {
  for (let turn = 0; turn < 200 && (await stats()).open > 0; turn += 1) await new Promise(setImmediate);
  return served.at(-1);
}

async function stats(): Promise<{ requests: number; open: number; faults: Record<string, number> }> {
  const reply = await fetch(new URL('/simulator/stats', simulator.url));
  return (await reply.json()) as { requests: number; open: number; faults: Record<string, number> };
}

const weather = {
  type: 'function',
  function: {
    name: 'weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'integer', maximum: 3 }, unit: { enum: ['C', 'F'] } },
      required: ['city', 'days', 'unit'],
    },
  },
};

test('a whole answer has every field that OpenAI sends', async () => {
  const reply = await post({ model: 'sandbox/echo', messages: [{ role: 'system', content: 'be brief' }, user('a b')] });
  const answer = (await reply.json()) as Answer;

  assert.equal(reply.headers.get('content-type'), 'application/json');
  assert.match(reply.headers.get('x-request-id') ?? '', /^req_[0-9a-f]{32}$/);
  assert.equal(reply.headers.get('x-ratelimit-limit-requests'), '5000');
  assert.match(answer.id, /^chatcmpl-[A-Za-z0-9]{29}$/);
  assert.deepEqual(answer, {
    id: answer.id,
    object: 'chat.completion',
    created: answer.created,
    model: 'sandbox/echo',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: 'a b', refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: {
      prompt_tokens: 4 + 2 * 3,
      completion_tokens: 2,
      total_tokens: 12,
      prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 0,
        audio_tokens: 0,
        accepted_prediction_tokens: 0,
        rejected_prediction_tokens: 0,
      },
    },
    service_tier: 'default',
    system_fingerprint: answer.system_fingerprint,
  });
});

test('a stream opens with the role, says a word a chunk, finishes, bills when asked, and is done', async () => {
  const { chunks, data } = await stream({ model: 'echo', stream_options: { include_usage: true } });

  assert.deepEqual(chunks[0]?.choices, [
    { index: 0, delta: { role: 'assistant', content: '', refusal: null }, logprobs: null, finish_reason: null },
  ]);
  assert.deepEqual(
    chunks.slice(1, 4).map((chunk) => chunk.choices[0].delta),
    [{ content: 'one' }, { content: ' two' }, { content: ' three' }],
  );
  assert.equal(chunks[4]?.choices[0].finish_reason, 'stop');
  assert.deepEqual(chunks[5]?.choices, []);
  assert.equal(chunks[5]?.usage.completion_tokens, 3);
  assert.equal(data.at(-1), '[DONE]');
  for (const chunk of chunks) assert.equal(typeof chunk.obfuscation, 'string');
  for (const chunk of chunks.slice(0, 5)) assert.equal(chunk.usage, null);
  assert.equal(new Set(chunks.map((chunk) => chunk.id)).size, 1);
});

test('a stream that did not ask for usage gets none', async () => {
  const { chunks } = await stream({ model: 'echo' });

  assert.equal(chunks.length, 5);
  for (const chunk of chunks) assert.equal('usage' in chunk, false);
});

test('echo says the text back with its line breaks, however long its blanks are', async () => {
  const text = ` two  lines\n${' '.repeat(1_000_000)}here`;
  const whole = await ask({ model: 'echo', messages: [user(text)] });
  const streamed = await stream({ model: 'echo', messages: [user(text)] });

  assert.equal(whole.choices[0].message.content, text);
  assert.equal(whole.usage.completion_tokens, 3);
  assert.equal(streamed.text, text);
});

test('the story is about three hundred words', async () => {
  const answer = await ask({ model: 'sandbox/story' });

  assert.ok(Math.abs(answer.usage.completion_tokens - 300) < 40, String(answer.usage.completion_tokens));
  assert.equal(answer.choices[0].message.content.split(/\s+/).length, answer.usage.completion_tokens);
});

test('fill uses exactly what it is allowed, in both forms', async () => {
  const whole = await ask({ model: 'sandbox/fill', max_tokens: 9999, max_completion_tokens: 250 });
  const streamed = await stream({ model: 'sandbox/fill', stream_options: { include_usage: true } });

  assert.equal(whole.choices[0].message.content.split(' ').length, 250);
  assert.equal(whole.choices[0].finish_reason, 'length');
  assert.equal(streamed.text.split(' ').length, 16_384);
  assert.equal(streamed.chunks.at(-1)?.usage.completion_tokens, 16_384);
});

test('fill-<n> and fill-random stay within the allowed output', async () => {
  const seven = await ask({ model: 'sandbox/fill-7' });
  const capped = await ask({ model: 'sandbox/fill-700', max_tokens: 20 });
  const random = await Promise.all(Array.from({ length: 20 }, () => ask({ model: 'fill-random', max_tokens: 1000 })));

  assert.equal(seven.usage.completion_tokens, 7);
  assert.equal(seven.choices[0].finish_reason, 'stop');
  assert.equal(capped.usage.completion_tokens, 20);
  assert.equal(capped.choices[0].finish_reason, 'length');
  const counts = random.map((answer) => answer.usage.completion_tokens);
  assert.ok(counts.every((count) => count >= 1 && count <= 1000));
  assert.ok(new Set(counts).size > 1);
});

test('every answer honours the token limit and the stop words', async () => {
  const cut = await ask({ model: 'echo', max_tokens: 2 });
  const stopped = await ask({ model: 'echo', stop: [' three', 'four'] });
  const thought = await ask({ model: 'think', max_tokens: 5 });

  assert.equal(cut.choices[0].message.content, 'one two');
  assert.equal(cut.choices[0].finish_reason, 'length');
  assert.equal(stopped.choices[0].message.content, 'one two');
  assert.equal(stopped.usage.completion_tokens, 2);
  assert.equal(stopped.choices[0].finish_reason, 'stop');
  assert.equal(thought.usage.completion_tokens, 5);
  assert.equal(thought.choices[0].message.content, '');
});

test('n choices are all answered and all billed', async () => {
  const whole = await ask({ model: 'echo', n: 3 });
  const { chunks } = await stream({ model: 'echo', n: 2 });

  assert.equal(whole.choices.length, 3);
  assert.equal(whole.usage.completion_tokens, 9);
  for (const index of [0, 1]) {
    const own = chunks.flatMap((chunk): readonly Choice[] => chunk.choices).filter((choice) => choice.index === index);
    assert.equal(own.map((choice) => choice.delta.content ?? '').join(''), 'one two three');
    assert.equal(own.at(-1)?.finish_reason, 'stop');
  }
});

test('tool calls the first tool with arguments that fit its schema, then quotes the result', async () => {
  const call = await ask({ model: 'tool', tools: [weather] });
  const toolCall = call.choices[0].message.tool_calls[0];
  const messages = [
    user('rain?'),
    call.choices[0].message,
    { role: 'tool', tool_call_id: toolCall.id, content: 'rain' },
  ];
  const answer = await ask({ model: 'tool', tools: [weather], messages });

  assert.equal(call.choices[0].finish_reason, 'tool_calls');
  assert.equal(call.choices[0].message.content, null);
  assert.deepEqual(JSON.parse(toolCall.function.arguments), { city: 'Lorn', days: 3, unit: 'C' });
  assert.equal(answer.choices[0].message.content, 'The tool answered: rain');
});

test('a streamed call names itself once and spreads its arguments over deltas', async () => {
  const { chunks } = await stream({ model: 'tool', tools: [weather] });

  const deltas = chunks.flatMap((chunk) => chunk.choices[0].delta.tool_calls ?? []);
  assert.equal(deltas[0]?.function.name, 'weather');
  assert.equal(deltas[0]?.function.arguments, '');
  assert.match(deltas[0]?.id ?? '', /^call_/);
  assert.ok(deltas.length > 4);
  for (const delta of deltas.slice(1)) assert.deepEqual(Object.keys(delta), ['index', 'function']);
  assert.equal(JSON.parse(deltas.map((delta) => delta.function.arguments).join('')).city, 'Lorn');
  assert.equal(chunks.at(-1)?.choices[0].finish_reason, 'tool_calls');
});

test('a forced tool is called by any model and a forbidden one by none', async () => {
  const named = await ask({
    model: 'echo',
    tools: [weather],
    tool_choice: { type: 'function', function: { name: 'weather' } },
  });
  const required = await ask({ model: 'echo', tools: [weather], tool_choice: 'required' });
  const forbidden = await ask({ model: 'tool', tools: [weather], tool_choice: 'none' });

  assert.equal(named.choices[0].message.tool_calls.length, 1);
  assert.equal(named.choices[0].finish_reason, 'stop');
  assert.equal(required.choices[0].finish_reason, 'tool_calls');
  assert.equal(forbidden.choices[0].message.tool_calls, undefined);
});

test('think reasons, signs, answers, and counts its reasoning', async () => {
  const whole = await ask({ model: 'sandbox/think' });
  const { chunks, text } = await stream({ model: 'sandbox/think' });

  const { message } = whole.choices[0];
  const { reasoning_tokens } = whole.usage.completion_tokens_details;
  assert.equal(message.reasoning_content.split(' ').length, reasoning_tokens);
  assert.equal(typeof message.reasoning_signature, 'string');
  assert.equal(whole.usage.completion_tokens, reasoning_tokens + message.content.split(' ').length);
  assert.equal(text, message.content);
  const deltas = chunks.map((chunk) => chunk.choices[0].delta);
  assert.equal(deltas.map((delta) => delta.reasoning_content ?? '').join(''), message.reasoning_content);
  assert.equal(deltas.filter((delta) => 'reasoning_signature' in delta).length, 1);
});

test('a JSON format gets JSON that fits the schema', async () => {
  const schema = {
    type: 'object',
    properties: {
      steps: { type: 'array', items: { $ref: '#/$defs/step' }, minItems: 2 },
      ok: { type: ['boolean', 'null'] },
    },
    required: ['steps', 'ok'],
    $defs: { step: { type: 'object', properties: { n: { type: 'number', minimum: 9 } }, required: ['n'] } },
  };
  const shaped = await ask({
    model: 'story',
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  });
  const object = await ask({ model: 'echo', response_format: { type: 'json_object' } });

  assert.deepEqual(JSON.parse(shaped.choices[0].message.content), { steps: [{ n: 9 }, { n: 9 }], ok: true });
  assert.deepEqual(JSON.parse(object.choices[0].message.content), { text: 'one two three' });
});

test('a prefix that was seen before is reported as cached', async () => {
  const system = { role: 'system', content: `never seen before ${Math.random()}` };
  const first = await ask({ model: 'echo', messages: [system, user('a')] });
  const second = await ask({ model: 'echo', messages: [system, user('b')] });

  assert.equal(first.usage.prompt_tokens_details.cached_tokens, 0);
  assert.equal(second.usage.prompt_tokens_details.cached_tokens, 4 + 3);
});

test('a paced stream keeps its pace and counts only what left before the caller did', async () => {
  const controller = new AbortController();
  const reply = await post(
    { model: 'sandbox/pace-2000-100', messages: [user('go')], stream: true },
    { signal: controller.signal },
  );
  const decoder = new TextDecoder();
  let received = '';
  for await (const part of reply.body ?? []) {
    received += decoder.decode(part);
    if (received.split('"content":" ').length > 3) break;
  }
  controller.abort();
  const line = await lastLine();

  assert.equal(line?.ended, 'aborted');
  assert.equal(line?.output, 100);
  assert.ok(line.sent >= 4 && line.sent <= 6, String(line.sent));
});

test('a caller that does not read stops the writing', async () => {
  const reply = await post({ model: 'sandbox/fill', n: 20, messages: [user('go')], stream: true });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await reply.body?.cancel();
  const line = await lastLine();

  assert.equal(line?.ended, 'aborted');
  assert.ok(line.sent > 0 && line.sent < 20 * 16_384, String(line.sent));
});

test('the log file has the line of every request as soon as it ended', async () => {
  await ask({ model: 'sandbox/echo' });
  const line = await lastLine();

  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  assert.deepEqual(JSON.parse(lines.at(-1) ?? ''), line);
  assert.deepEqual(line, {
    at: line?.at,
    model: 'sandbox/echo',
    protocol: 'openai-chat',
    stream: false,
    status: 200,
    input: 6,
    cached: 0,
    output: 3,
    reasoning: 0,
    sent: 3,
    ended: 'completed',
  });
});

test('the models are listed and found by name', async () => {
  const init = { headers: { authorization: 'Bearer any' } };
  const list = (await (await fetch(`${simulator.url}/models`, init)).json()) as { data: { id: string }[] };
  const found = await fetch(`${simulator.url}/models/sandbox%2Ffault-html`, init);
  const lost = await fetch(`${simulator.url}/models/sandbox/nothing`, init);

  assert.deepEqual(
    list.data.map((model) => model.id),
    sandboxModels.map((model) => model.id),
  );
  assert.equal(found.status, 200);
  assert.equal(lost.status, 404);
});

test('bad requests are refused in the shape that OpenAI uses', async () => {
  const messages = [user('a')];
  const cases: readonly [unknown, number, string | null][] = [
    ['{"model":', 400, null],
    ['', 400, null],
    ['[]', 400, null],
    [{ messages }, 400, 'missing_required_parameter'],
    [{ model: 'echo' }, 400, 'missing_required_parameter'],
    [{ model: 'echo', messages: [] }, 400, 'empty_array'],
    [{ model: 'echo', messages: 'hi' }, 400, 'invalid_type'],
    [{ model: 'echo', messages: [{ role: 'user', content: 7 }] }, 400, 'invalid_type'],
    [{ model: 'echo', messages, stream: 'yes' }, 400, 'invalid_type'],
    [{ model: 'echo', messages, max_tokens: 0 }, 400, 'invalid_type'],
    [{ model: 'echo', messages, n: 1.5 }, 400, 'invalid_type'],
    [{ model: 'echo', messages, stream_options: { include_usage: true } }, 400, null],
    [{ model: 'echo', messages: [user('a '.repeat(128_000))] }, 400, 'context_length_exceeded'],
    [{ model: 'sandbox/nothing', messages }, 404, 'model_not_found'],
    [{ model: 'sandbox/fault-nothing', messages }, 404, 'model_not_found'],
    [{ model: 'sandbox/fault-cut-51', messages }, 404, 'model_not_found'],
  ];
  for (const [body, status, code] of cases) {
    const reply = await post(body);
    const { error } = (await reply.json()) as ErrorBody;
    assert.deepEqual([reply.status, error.code], [status, code], JSON.stringify(body).slice(0, 80));
    assert.deepEqual(Object.keys(error), ['message', 'type', 'param', 'code']);
    assert.equal(error.type, 'invalid_request_error');
  }
});

test('a caller that hangs up while it waits is noticed at once', async () => {
  const controller = new AbortController();
  const waiting = post({ model: 'slow', messages: [user('go')] }, { signal: controller.signal });
  setTimeout(() => controller.abort(), 30);
  await assert.rejects(waiting);
  const began = performance.now();
  const line = await lastLine();

  assert.ok(performance.now() - began < 250);
  assert.deepEqual([line?.model, line?.ended, line?.sent], ['slow', 'aborted', 0]);
});
