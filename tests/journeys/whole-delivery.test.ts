// Whole delivery: the answer is kept back to its end, so whatever breaks before it fails over unseen.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { dialects } from '../support/dialects.ts';
import { ask, call, errorOf, generationOf, openCall } from './caller.ts';
import { readStream } from './read-stream.ts';
import { eventually, type RunningFairlead, runFairlead, toNano } from './running-fairlead.ts';
import { chunkOf, sse, startUpstream } from './scripted-upstream.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const broken = ['cut-10', 'reset-mid-10', 'stall-10', 'error-event-10', 'bad-chunk', 'truncated-body', 'cut-mid-utf8'];
const words = 40;
const models = (line: (mode: string) => string) => broken.map((mode) => `      ${line(mode)}`).join('\n');

/** `first` breaks in the middle, `second` is fine; `alone` has nobody behind it. */
const config = `
deadlines: { divide_by: 100 }
routing: { strategy: order }
upstreams:
  first:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: a
    models:
${models((mode) => `sandbox/fault-${mode}: { as: two/${mode}, price: { input: 1, output: 1 } }`)}
  second:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: b
    models:
${broken.map((mode, index) => `      sandbox/fill-${words + index}: { as: two/${mode}, price: { input: 2, output: 3 } }`).join('\n')}
  alone:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: c
    models:
${models((mode) => `sandbox/fault-${mode}: { as: alone/${mode}, price: { input: 1, output: 1 } }`)}
      sandbox/slow: { as: alone/slow, price: { input: 1, output: 1 } }
models:
  alone/cut-10: { delivery: whole }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;
const whole = { 'x-fairlead-delivery': 'whole' };
await fairlead.ask('wallet-credit', { usd: '100.00' });

/** Retries are at most a fifth of the requests. */
async function earnRetries(): Promise<void> {
  await Promise.all(Array.from({ length: 10 }, () => call({ url, key, body: ask('sandbox/echo') })));
}

async function heldBytes(of: RunningFairlead): Promise<number> {
  const metrics = await call({ url: of.url, path: '/metrics', method: 'GET' });
  return Number(/^fairlead_held_bytes (\d+)$/m.exec(metrics.body.toString())?.[1]);
}

for (const [index, mode] of broken.entries()) {
  test(`${mode}: the caller gets the second endpoint's whole answer, and pays for that alone`, async () => {
    await earnRetries();
    const reply = await call({ url, key, headers: whole, body: ask(`two/${mode}`, { stream: true, max_tokens: 500 }) });

    const seen = readStream(reply.body);
    const record = await fairlead.explain(generationOf(reply));
    assert.deepEqual([reply.status, seen.error, seen.isDone, seen.broken], [200, undefined, true, []]);
    assert.equal(seen.text.split(' ').length, words + index);
    assert.deepEqual(
      record.attempts.map(({ endpoint }) => endpoint),
      [`two/${mode}@first`, `two/${mode}@second`],
    );
    assert.equal(record.end_reason, 'completed');
    assert.equal(toNano(record.charge_usd), BigInt(2 * record.usage.input + 3 * record.usage.output) * 1_000n);
    if (seen.comments.length > 0) return;
    assert.equal(reply.headers['x-fairlead-delivery'], 'whole');
    assert.equal(reply.headers['x-fairlead-endpoint'], `two/${mode}@second`);
  });
}

for (const dialect of dialects) {
  test(`in ${dialect.name}, too: passed on or translated`, async () => {
    await earnRetries();
    const reply = await call({
      url,
      path: dialect.address('two/cut-10', true),
      headers: { ...dialect.headers(key), ...whole },
      body: dialect.body('two/cut-10', 'one two', true),
    });

    const told = dialect.readStream(reply.body.toString());
    assert.deepEqual([told.text.split(' ').length, told.error, told.finish], [words, undefined, dialect.stopWord]);
    assert.equal(reply.headers['x-fairlead-attempts'], '2');
  });
}

test('when nobody is left the status says so, and nobody pays', async () => {
  const reply = await call({ url, key, body: ask('alone/cut-10', { stream: true, max_tokens: 500 }) });

  const record = await fairlead.explain(generationOf(reply));
  assert.deepEqual([reply.status, errorOf(reply).code], [502, 'upstream_unavailable']);
  assert.deepEqual([record.end_reason, record.charge_usd], ['failed', '0.000000000']);
});

test('heartbeats go out meanwhile; after the first one a final failure stands in the stream', async () => {
  const reply = await call({
    url,
    key,
    headers: whole,
    body: ask('alone/stall-10', { stream: true, max_tokens: 500 }),
  });

  const seen = readStream(reply.body);
  const record = await fairlead.explain(generationOf(reply));
  assert.ok(seen.comments.length > 0, 'heartbeats');
  assert.deepEqual([reply.status, seen.text, seen.error?.code, seen.isDone], [200, '', 'upstream_timeout', false]);
  assert.deepEqual([record.end_reason, record.charge_usd], ['failed', '0.000000000']);
});

test('the word of the request comes before the key’s, the key’s before the model’s', async () => {
  const streamed = { 'x-fairlead-delivery': 'streamed' };
  const body = ask('alone/cut-10', { stream: true, max_tokens: 500 });

  assert.equal((await call({ url, key, headers: streamed, body })).status, 200);
  await fairlead.ask('workspace-set', { workspace: 'default', settings: ['delivery=streamed'] });
  await eventually(async () => assert.equal((await call({ url, key, body })).status, 200));
  assert.equal((await call({ url, key, headers: whole, body })).status, 502);
});

test('who leaves while an answer is kept back for it pays for what its upstream had written, and stops it', async () => {
  const before = await fairlead.settledWallet();
  const open = openCall({ url, key, headers: whole, body: ask('alone/slow', { stream: true }, 'one two three four') });
  await eventually(async () => assert.ok((await heldBytes(fairlead)) > 0));
  open.leave();
  await open.reply;

  await eventually(async () => assert.equal(await heldBytes(fairlead), 0));
  await eventually(async () => assert.ok((await fairlead.wallet()).spent > before.spent));
  await eventually(async () => {
    const stats = await (await fetch(simulator.url.replace(/\/v1$/, '/simulator/stats'))).json();
    assert.equal((stats as { readonly open: number }).open, 0);
  });
});

test('an answer that is too long goes on as it comes, says so, and then breaks as any stream', async (t) => {
  const long = 'x'.repeat(3_000);
  const upstream = await startUpstream({ after: (last) => t.after(() => last()) }, ({ body, response }) => {
    response.writeHead(200, sse);
    for (let i = 0; i < 4; i += 1) response.write(chunkOf(long));
    if (!body.includes('"cut"')) response.write(`${chunkOf('', 'stop')}data: [DONE]\n\n`);
    response.end();
  });
  const small = await runFairlead(
    { after: (last) => t.after(() => last()) },
    {
      config: `
limits: { held_bytes_max: 8192 }
upstreams:
  u: { base_url: "${upstream.url}", data: { trains: false }, api_key: k, models: { m: { as: u/m, price: free } } }
`,
    },
  );
  const asked = (text: string) => ({
    url: small.url,
    key: small.key,
    headers: whole,
    body: ask('u/m', { stream: true }, text),
  });

  const good = await call(asked('good'));
  const cut = await call(asked('cut'));

  assert.equal(good.headers['x-fairlead-delivery'], 'streamed');
  assert.deepEqual([readStream(good.body).text.length, readStream(good.body).isDone], [12_000, true]);
  assert.deepEqual([readStream(cut.body).text.length, readStream(cut.body).error?.code], [12_000, 'stream_cut']);
  await eventually(async () => assert.equal(await heldBytes(small), 0));
});

test('a slow reader gets all of a large answer, and only then is it let go', async (t) => {
  const text = 'y'.repeat(64 * 1024);
  const upstream = await startUpstream({ after: (last) => t.after(() => last()) }, ({ response }) => {
    response.writeHead(200, sse);
    for (let i = 0; i < 160; i += 1) response.write(chunkOf(text));
    response.end(`${chunkOf('', 'stop')}data: [DONE]\n\n`);
  });
  const other = await runFairlead(
    { after: (last) => t.after(() => last()) },
    {
      config: `upstreams: { u: { base_url: "${upstream.url}", data: { trains: false }, api_key: k, models: { m: { as: u/m, price: free } } } }`,
    },
  );
  const open = openCall({
    url: other.url,
    key: other.key,
    headers: whole,
    body: ask('u/m', { stream: true }),
    isPaused: true,
  });
  const response = await open.response;
  assert.ok((await heldBytes(other)) > 10_000_000);
  let bytes = 0;
  for await (const part of response) bytes += part.length;

  assert.ok(bytes > 160 * 64 * 1024);
  await eventually(async () => assert.equal(await heldBytes(other), 0));
});

test('audio that comes as bytes, too: cut, it fails over; kept, it is as long as it says', async (t) => {
  const sound = Buffer.alloc(300_000, 7);
  const cleanup = { after: (last: () => unknown) => t.after(() => last()) };
  const cuts = await startUpstream(cleanup, ({ response }) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    response.write(Buffer.alloc(90_000, 1));
    setTimeout(() => response.destroy(), 50);
  });
  const good = await startUpstream(cleanup, ({ response }) => {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    response.write(sound.subarray(0, 100_000));
    setTimeout(() => response.end(sound.subarray(100_000)), 50);
  });
  const price = 'price: { input: 1, output: 1, audio_output: 1 }';
  const other = await runFairlead(cleanup, {
    config: `
routing: { strategy: order }
upstreams:
  cuts: { base_url: "${cuts.url}", data: { trains: false }, api_key: k, models: { m: { as: two/speech, ${price} }, n: { as: alone/speech, ${price} } } }
  good: { base_url: "${good.url}", data: { trains: false }, api_key: l, models: { m: { as: two/speech, ${price} } } }
`,
  });
  const speak = (model: string, headers = {}) =>
    call({
      url: other.url,
      key: other.key,
      path: '/v1/audio/speech',
      headers,
      body: { model, voice: 'alloy', input: 'one two three' },
    });

  const kept = await speak('two/speech', whole);
  const alone = await speak('alone/speech', whole);
  const passed = await speak('alone/speech');

  const record = await other.explain(generationOf(kept));
  assert.deepEqual([kept.status, kept.body.equals(sound), kept.isWhole], [200, true, true]);
  assert.deepEqual([kept.headers['x-fairlead-delivery'], kept.headers['content-length']], ['whole', '300000']);
  assert.deepEqual(
    record.attempts.map(({ verdict }) => verdict),
    ['broken-off', 'answered'],
  );
  assert.deepEqual([alone.status, errorOf(alone).code], [502, 'upstream_unavailable']);
  assert.equal((await other.explain(generationOf(alone))).charge_usd, '0.000000000');
  assert.deepEqual([passed.status, passed.isWhole], [200, false]);
  await eventually(async () => assert.equal(await heldBytes(other), 0));
});

test('afterwards nothing is held and the books are right', async () => {
  const wallet = await fairlead.settledWallet();

  assert.equal(wallet.balance + wallet.spent, 101_000_000_000n);
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
  assert.doesNotMatch(fairlead.stderr(), /generation-crashed|charge-overran/);
});
