// Before the first word another endpoint takes over unseen; after it the caller is told, never left with a quiet end.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startSimulator } from '#simulator/simulator.ts';
import { ask, call, generationOf } from './caller.ts';
import { readStream } from './read-stream.ts';
import { runFairlead } from './running-fairlead.ts';

const simulator = await startSimulator({ port: 0 });
after(() => simulator.close());

const before = [
  'reset-before-head',
  'http-500',
  'http-401',
  'http-404',
  'http-429',
  'html',
  'empty',
  'error-event-first',
  'cut-1',
  'head-never',
  'stall-1',
];
const broken = [
  'reset-mid-5',
  'cut-5',
  'cut-mid-event',
  'cut-mid-utf8',
  'stall-5',
  'error-event-5',
  'bad-chunk',
  'truncated-body',
];

/** Each has an upstream of its own: what one fault teaches of a credential or an endpoint must not reach another test. */
const cases = before.flatMap((mode) => [
  { mode, stream: true, name: `${mode}-streamed` },
  { mode, stream: false, name: `${mode}-whole` },
]);
const failing = cases.map(
  ({ mode, name }) => `
  first-${name}:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: ${name}
    region: north
    models: { sandbox/fault-${mode}: { as: two/${name}, price: { input: 1, output: 1 } } }`,
);
/** `first` fails, `second` is fine. */
const lines = broken.map((mode) => `      sandbox/fault-${mode}: { as: two/${mode}, price: { input: 1, output: 1 } }`);
const fine = [...cases.map(({ name }) => name), ...broken].map(
  (name, index) => `      sandbox/fill-${index + 20}: { as: two/${name}, price: { input: 2, output: 3 } }`,
);
const config = `
deadlines: { divide_by: 25 }
routing: { strategy: order }
upstreams:${failing.join('')}
  first:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: a
    region: north
    models:
${lines.join('\n')}
  second:
    base_url: ${simulator.url}
    data: { trains: false }
    api_key: b
    region: south
    models:
${fine.join('\n')}
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;
await fairlead.ask('wallet-credit', { usd: '100.00' });

for (const [index, { mode, stream, name }] of cases.entries()) {
  test(`${mode}${stream ? ', streamed' : ''}: the second endpoint answers, and is the only one that is paid`, async () => {
    // Retries are at most a fifth of the requests.
    await Promise.all(Array.from({ length: 8 }, () => call({ url, key, body: ask('sandbox/echo') })));
    const reply = await call({ url, key, body: ask(`two/${name}`, { stream, max_tokens: 500 }) });

    const record = await fairlead.explain(generationOf(reply));
    const text = stream ? readStream(reply.body).text : JSON.parse(reply.body.toString()).choices[0].message.content;
    assert.equal(reply.status, 200);
    assert.equal(text.split(' ').length, index + 20);
    assert.equal(readStream(reply.body).isDone, stream);
    assert.doesNotMatch(reply.body.toString(), /"error"/);
    // Silence is given up while another one is left, before a heartbeat sends the head.
    assert.equal(reply.headers['x-fairlead-attempts'], '2');
    assert.equal(reply.headers['x-fairlead-endpoint'], `two/${name}@second`);
    assert.equal(reply.headers['x-fairlead-region'], 'south');
    assert.deepEqual(
      record.attempts.map(({ endpoint }) => endpoint),
      [`two/${name}@first-${name}`, `two/${name}@second`],
    );
    assert.deepEqual([record.end_reason, record.usage.output], ['completed', index + 20]);
    const nano = 2 * record.usage.input + 3 * record.usage.output;
    assert.equal(record.charge_usd, `0.${String(nano * 1_000).padStart(9, '0')}`);
  });
}

for (const mode of broken) {
  test(`${mode}: after the first word the caller gets an error in its stream, and pays nothing`, async () => {
    const reply = await call({ url, key, body: ask(`two/${mode}`, { stream: true, max_tokens: 500 }) });

    const seen = readStream(reply.body);
    const record = await fairlead.explain(generationOf(reply));
    assert.deepEqual([reply.status, reply.headers['x-fairlead-endpoint']], [200, `two/${mode}@first`]);
    assert.ok(seen.text.length > 0, 'words came');
    assert.equal(seen.error?.code, mode === 'stall-5' ? 'stream_stalled' : 'stream_cut');
    assert.equal(seen.error?.type, 'server_error');
    assert.match(seen.error?.message ?? '', /incomplete/);
    assert.deepEqual([seen.isDone, seen.finish, seen.rest, seen.broken], [false, undefined, '', []]);
    assert.equal(
      seen.data.findIndex((data) => data.includes('"error"')),
      seen.data.length - 1,
      'the error is the last',
    );
    assert.equal(record.attempts.length, 1);
    assert.equal(record.end_reason, mode === 'stall-5' ? 'stalled' : 'upstream_cut');
    assert.equal(record.charge_usd, '0.000000000');
  });
}

test('afterwards nothing is held and the books are right', async () => {
  const wallet = await fairlead.settledWallet();

  assert.equal(wallet.balance + wallet.spent, 101_000_000_000n);
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
  assert.doesNotMatch(fairlead.stderr(), /generation-crashed|charge-overran/);
});
