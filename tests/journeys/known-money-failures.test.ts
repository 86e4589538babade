// What others of this kind charged wrongly (K05 to K19 of the list in tests/habits/known-failures.ts), one upstream at a
// time that tells its usage as badly as it can.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type DialectName, dialects } from '../support/dialects.ts';
import { ask, call, errorOf, generationOf, openCall } from './caller.ts';
import { eventually, runFairlead, runInFolder, toNano } from './running-fairlead.ts';
import { chunkOf, sse, startUpstream } from './scripted-upstream.ts';

const json = { 'content-type': 'application/json' };
/** What the next answer says that it used, in the words of whichever dialect is asked. */
let usage: unknown;
/** How the next stream is written. */
let write: (piece: (text: string, usage?: unknown) => string) => readonly string[] = () => [];
let breaksOff = false;

const upstream = await startUpstream({ after }, async ({ path, body, response }) => {
  if (body.includes('"hold"')) return;
  if (JSON.parse(body.toString()).stream === true) {
    response.writeHead(200, sse);
    for (const piece of write(chatPiece)) response.write(piece);
    if (breaksOff) return void setTimeout(() => response.destroy(), 30);
    return void response.end();
  }
  response.writeHead(200, json).end(JSON.stringify(wholeOf(path)));
});

function chatPiece(text: string, told?: unknown): string {
  const chunk = JSON.parse(chunkOf(text).slice(6));
  return `data: ${JSON.stringify(told === undefined ? chunk : { ...chunk, usage: told })}\n\n`;
}

function wholeOf(path: string): unknown {
  if (path.endsWith('/messages')) {
    const content = [{ type: 'text', text: 'one two' }];
    return { id: 'm', type: 'message', role: 'assistant', model: 'm', content, stop_reason: 'end_turn', usage };
  }
  if (path.endsWith('/responses')) {
    const content = [{ type: 'output_text', text: 'one two', annotations: [] }];
    const output = [{ type: 'message', id: 'i', role: 'assistant', status: 'completed', content }];
    return { id: 'r', object: 'response', status: 'completed', model: 'm', output, usage };
  }
  if (path.includes(':generateContent')) {
    const content = { role: 'model', parts: [{ text: 'one two' }] };
    return { candidates: [{ content, finishReason: 'STOP', index: 0 }], usageMetadata: usage, modelVersion: 'm' };
  }
  const choice = { index: 0, message: { role: 'assistant', content: 'one two' }, finish_reason: 'stop' };
  return { id: 'c', object: 'chat.completion', model: 'm', choices: [choice], usage };
}

const price = 'price: { input: 10, cached_input: 1, cache_write_5m: 12.5, cache_write_1h: 20, output: 50 }';
const speaks = (name: string, protocol: string) => `
  ${name}: { base_url: "${upstream.url}", api_key: k, type: self_hosted, protocols: [${protocol}], models: { m: { as: ${name}/m, ${price} } } }`;
const fairlead = await runFairlead(
  { after },
  {
    config: `
upstreams:${speaks('chat', 'openai-chat')}${speaks('responses', 'openai-responses')}${speaks('claude', 'anthropic-messages')}${speaks('gemini', 'gemini-generate')}
routing: { strategy: order }
`,
  },
);
await fairlead.ask('wallet-credit', { usd: '100.00' });
const { url, key } = fairlead;

async function chargeOf(reply: Parameters<typeof generationOf>[0]) {
  const record = await fairlead.explain(generationOf(reply));
  return {
    charge: toNano(record.charge_usd),
    source: record.usage_source,
    end: record.end_reason,
    usage: record.usage,
  };
}

async function askFor(name: DialectName, model: string) {
  const dialect = dialects.find((each) => each.name === name);
  assert.ok(dialect);
  const path = dialect.address(model, false);
  const body = { ...dialect.body(model, 'one two three four five six seven eight nine ten', false), ...longest(name) };
  const reply = await call({ url, path, headers: dialect.headers(key), body });
  assert.equal(reply.status, 200, reply.body.toString());
  return await chargeOf(reply);
}

function longest(name: DialectName): Readonly<Record<string, unknown>> {
  if (name === 'gemini-generate') return { generationConfig: { maxOutputTokens: 100 } };
  return name === 'openai-responses' ? { max_output_tokens: 100 } : { max_tokens: 100 };
}

const streamed = ask('chat/m', { stream: true, max_tokens: 100 }, 'one two three four five six seven eight nine ten');

test('usage that stands on every chunk counts once, the last of each field (K05)', async () => {
  const told = (output: number) => ({ prompt_tokens: 10, completion_tokens: output, total_tokens: 10 + output });
  write = (piece) => [
    piece('one', told(1)),
    piece(' two', told(2)),
    piece(' three', told(3)),
    chunkOf('', 'stop').replace('"choices"', `"usage":${JSON.stringify(told(3))},"choices"`),
    'data: [DONE]\n\n',
  ];

  const { charge, source } = await chargeOf(await call({ url, key, body: streamed }));

  assert.deepEqual([charge, source], [10n * 10_000n + 3n * 50_000n, 'reported']);
});

test('a cost that an upstream tells is nobody’s charge, and counts that are none credit nobody (K06, K07)', async () => {
  const good = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
  const right = 10n * 10_000n + 2n * 50_000n;
  for (const cost of [0, -5, 1e18, 'NaN', null, 0.42]) {
    usage = { ...good, cost, total_cost: cost, cost_details: { upstream_inference_cost: cost } };
    assert.equal((await askFor('openai-chat', 'chat/m')).charge, right, String(cost));
  }
  const before = (await fairlead.settledWallet()).balance;
  for (const wrong of [-1, -1e18, 1e18, 'many', null, 1.5, 4_000]) {
    usage = { prompt_tokens: 10, completion_tokens: wrong, total_tokens: 10 };
    const { charge } = await askFor('openai-chat', 'chat/m');
    assert.ok(charge > 0n && charge <= 10n * 10_000n + 100n * 50_000n, `${wrong}: ${charge}`);
    usage = { prompt_tokens: wrong, completion_tokens: 2, total_tokens: 10 };
    assert.ok((await askFor('openai-chat', 'chat/m')).charge > 0n, `${wrong} tokens of input`);
  }
  assert.ok((await fairlead.settledWallet()).balance < before);
});

test('what was read from a cache or written to it is counted once, in each of the four dialects (K08)', async () => {
  // Sixty are fresh, thirty were read from the cache; where the dialect can say so, seven and three were written to it.
  const cases: readonly (readonly [dialect: DialectName, model: string, told: unknown, written: bigint])[] = [
    [
      'openai-chat',
      'chat/m',
      { prompt_tokens: 90, completion_tokens: 2, total_tokens: 92, prompt_tokens_details: { cached_tokens: 30 } },
      0n,
    ],
    [
      'openai-responses',
      'responses/m',
      { input_tokens: 90, output_tokens: 2, total_tokens: 92, input_tokens_details: { cached_tokens: 30 } },
      0n,
    ],
    [
      'anthropic-messages',
      'claude/m',
      {
        ...{ input_tokens: 60, cache_read_input_tokens: 30, cache_creation_input_tokens: 10, output_tokens: 2 },
        cache_creation: { ephemeral_5m_input_tokens: 7, ephemeral_1h_input_tokens: 3 },
      },
      7n * 12_500n + 3n * 20_000n,
    ],
    [
      'gemini-generate',
      'gemini/m',
      { promptTokenCount: 90, cachedContentTokenCount: 30, candidatesTokenCount: 2, totalTokenCount: 92 },
      0n,
    ],
  ];
  for (const [dialect, model, told, written] of cases) {
    usage = told;
    const { charge, usage: counted } = await askFor(dialect, model);
    assert.equal(
      charge,
      60n * 10_000n + 30n * 1_000n + written + 2n * 50_000n,
      `${dialect}: ${JSON.stringify(counted)}`,
    );
  }
});

test('the same request costs the same in whichever dialect it is asked, whole or streamed (K09)', async () => {
  usage = { prompt_tokens: 12, completion_tokens: 2, total_tokens: 14 };
  write = (piece) => [
    piece('one two'),
    chunkOf('', 'stop'),
    `data: ${JSON.stringify({ ...JSON.parse(chunkOf('').slice(6)), choices: [], usage })}\n\n`,
    'data: [DONE]\n\n',
  ];
  const right = 12n * 10_000n + 2n * 50_000n;
  for (const dialect of dialects) {
    for (const stream of [false, true]) {
      const path = dialect.address('chat/m', stream);
      const body = { ...dialect.body('chat/m', 'one two three four five six', stream), ...longest(dialect.name) };
      const reply = await call({ url, path, headers: dialect.headers(key), body });
      assert.equal(reply.status, 200, reply.body.toString());
      assert.equal((await chargeOf(reply)).charge, right, `${dialect.name}, ${stream ? 'streamed' : 'whole'}`);
    }
  }
});

test('an upstream that dies tells no bill, and the text of an error is no output (K12, K13)', async () => {
  const sentence = 'The server had an error while it processed your request. '.repeat(20);
  write = (piece) => [piece('one two three')];
  breaksOff = true;
  const cut = await chargeOf(await call({ url, key, body: streamed }));
  breaksOff = false;
  write = (piece) => [
    piece('one two'),
    `data: ${JSON.stringify({ error: { message: sentence, code: 'server_error' } })}\n\n`,
  ];
  const broken = await chargeOf(await call({ url, key, body: streamed }));
  write = () => [`data: ${JSON.stringify({ error: { message: sentence, code: 'server_error' } })}\n\n`];
  const empty = await call({ url, key, body: streamed });

  assert.deepEqual([cut.end, cut.charge], ['upstream_cut', 0n]);
  assert.deepEqual([broken.end, broken.charge], ['upstream_cut', 0n]);
  assert.ok(empty.status >= 500);
  assert.equal((await chargeOf(empty)).charge, 0n);
});

test('who is refused uses no rate, no request and no place among those at once (K17)', async () => {
  const { id: workspace } = await fairlead.ask<{ id: string }>('workspace-create', {
    name: 'narrow',
    credit_usd: '0.01',
  });
  const made = await fairlead.ask<{ id: string; key: string }>('key-create', { workspace, limit_requests: 4 });
  await fairlead.ask('limit-set', { key: made.id, requests: 3, reset: 'minute' });
  await fairlead.ask('limit-set', { key: made.id, tokens: 5_000, reset: 'minute' });
  await fairlead.ask('limit-set', { key: made.id, concurrency: 1 });
  usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
  const one = (body: unknown, headers = {}) => call({ url, key: made.key, body, headers });
  const small = ask('chat/m', { max_tokens: 10 });

  const refused: number[] = [];
  for (let each = 0; each < 4; each += 1) {
    refused.push((await one('{')).status);
    refused.push((await one(ask('no/model'))).status);
    // A cent does not pay for it.
    refused.push((await one(ask('chat/m', { max_tokens: 4_000 }), { 'x-fairlead-clamp': 'off' })).status);
  }
  const served = [await one(small), await one(small), await one(small)];
  const over = await one(small);

  assert.deepEqual([...new Set(refused)].toSorted(), [400, 402, 404]);
  assert.deepEqual(
    served.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.deepEqual([over.status, errorOf(over).code], [429, 'rate_limit_reached']);
});

test('a place among those at once is free again when its caller leaves, and when its process dies (K18)', async (t) => {
  const config = `upstreams:${speaks('chat', 'openai-chat')}`;
  const other = await runFairlead(t, { config });
  const made = await other.ask<{ id: string; key: string }>('key-create', {});
  await other.ask('limit-set', { key: made.id, concurrency: 1 });
  const holding = ask('chat/m', { max_tokens: 10 }, 'hold');
  usage = { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 };
  const small = () => call({ url: other.url, key: made.key, body: ask('chat/m', { max_tokens: 10 }) });
  const isHeld = async () => assert.equal((await small()).status, 429);

  const left = openCall({ url: other.url, key: made.key, body: holding });
  await eventually(isHeld);
  left.leave();
  await eventually(async () => assert.equal((await small()).status, 200));

  const killed = openCall({ url: other.url, key: made.key, body: holding });
  await eventually(isHeld);
  await other.kill9();
  await killed.reply;
  const again = await runInFolder(t, other.folder, { config });
  assert.equal((await call({ url: again.url, key: made.key, body: ask('chat/m', { max_tokens: 10 }) })).status, 200);
});

test('whose wallet is empty or whose limit is reached still sees models, balance and limits (K19)', async () => {
  const { id: workspace } = await fairlead.ask<{ id: string }>('workspace-create', { name: 'empty' });
  const made = await fairlead.ask<{ id: string; key: string }>('key-create', { workspace, limit_usd: '0.00' });

  const refused = await call({ url, key: made.key, body: ask('chat/m', { max_tokens: 10 }) });
  const paths = ['/v1/models', '/api/v1/models', '/api/v1/key', '/api/v1/credits', '/v1/models/chat/m'];
  const shown = await Promise.all(paths.map((path) => call({ url, key: made.key, method: 'GET', path })));

  assert.equal(refused.status, 402);
  assert.deepEqual(
    shown.map(({ status }, at) => [paths[at], status]),
    paths.map((path) => [path, 200]),
  );
});
