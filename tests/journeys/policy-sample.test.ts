// The same over real sockets: requests with policies of their own, at upstreams that fail in all ways, and whom each reached.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { answerOf, type Received, startUpstream } from './scripted-upstream.ts';

const requests = 60;

/** The same numbers for the same seed. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const seed = Number(process.env.FAIRLEAD_TEST_SEED ?? Math.floor(Date.now() / 86_400_000));
const draw = random(seed);
const oneOf = <Value>(values: readonly [Value, ...Value[]]): Value =>
  values[Math.floor(draw() * values.length)] ?? values[0];

type Host = {
  readonly name: string;
  readonly region: string;
  readonly keeps: number;
  readonly trains: boolean;
  readonly price: number;
  readonly fp8: boolean;
};

const hosts: readonly Host[] = Array.from({ length: 8 }, (_, index) => ({
  name: `h${index}`,
  region: oneOf(['DE', 'US']),
  keeps: oneOf([0, 30]),
  trains: oneOf([true, false, false]),
  price: oneOf([1, 2, 4]),
  fp8: oneOf([true, false]),
}));

/** Which requests reached whom, by the mark in their words. */
const reached = new Map<string, string[]>();

async function fail({ body, response }: Received, host: string): Promise<void> {
  const mark = /mark-\d+/.exec(body.toString())?.[0] ?? 'none';
  reached.set(mark, [...(reached.get(mark) ?? []), host]);
  switch (oneOf(['ok', '500', '429', '503', 'reset', 'html'])) {
    case 'ok':
      response.writeHead(200, { 'content-type': 'application/json' }).end(answerOf('yes'));
      return;
    case 'reset':
      response.destroy();
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' }).end('<p>no</p>');
      return;
    case '429':
      response.writeHead(429, { 'content-type': 'application/json' }).end('{"error":{"code":"rate_limit_exceeded"}}');
      return;
    case '503':
      response.writeHead(503).end();
      return;
    default:
      response.writeHead(500).end();
  }
}

const running = await Promise.all(
  hosts.map(async (host) => ({ host, ...(await startUpstream({ after }, (received) => fail(received, host.name))) })),
);
const upstreams = running.map(
  ({ host, url }) => `
  ${host.name}:
    base_url: ${url}
    region: ${host.region}
    data: { retention_days: ${host.keeps}, trains: ${host.trains} }
    ${host.fp8 ? 'quantization: fp8' : ''}
    models:
      m: { as: m, price: { input: ${host.price}, output: 1 } }
      n: { as: n, price: { input: ${host.price}, output: 1 } }`,
);
const fairlead = await runFairlead(
  { after },
  { config: `deadlines: { divide_by: 10 }\nmodels: { m: { fallbacks: [n] } }\nupstreams:${upstreams.join('')}` },
);

type Policy = { readonly provider: Readonly<Record<string, unknown>>; readonly forbids: (host: Host) => boolean };

function policy(): Policy {
  const name = oneOf(['h0', 'h1', 'h2', 'h3']);
  return oneOf<Policy>([
    { provider: { zdr: true }, forbids: ({ keeps }) => keeps !== 0 },
    { provider: { data_collection: 'deny' }, forbids: ({ trains }) => trains },
    { provider: { quantizations: ['fp8'] }, forbids: ({ fp8 }) => !fp8 },
    { provider: { max_price: { prompt: 2 } }, forbids: ({ price }) => price > 2 },
    { provider: { only: [name, 'h7'] }, forbids: (host) => host.name !== name && host.name !== 'h7' },
    { provider: { ignore: [name] }, forbids: (host) => host.name === name },
    { provider: { order: [name], allow_fallbacks: false }, forbids: (host) => host.name !== name },
    {
      provider: { zdr: true, max_price: { prompt: 2 }, sort: { by: 'price', partition: 'none' } },
      forbids: ({ keeps, price }) => keeps !== 0 || price > 2,
    },
  ]);
}

test('whom a request reaches is allowed by its policy, whatever fails, and its record names all of them', async () => {
  let attempts = 0;
  for (let number = 0; number < requests; number += 1) {
    const { provider, forbids } = policy();
    const mark = `mark-${number}`;
    const body = { model: 'm', models: ['n'], messages: [{ role: 'user', content: mark }], provider };

    const reply = await call({ url: fairlead.url, key: fairlead.key, path: '/api/v1/chat/completions', body });

    const asked = reached.get(mark) ?? [];
    attempts += asked.length;
    const wrong = asked.filter((name) => hosts.some((host) => host.name === name && forbids(host)));
    assert.deepEqual(wrong, [], `seed ${seed}, request ${number}: ${JSON.stringify(provider)}`);
    if (reply.status === 404) assert.deepEqual(asked, []);
    else {
      const record = await fairlead.explain(generationOf(reply));
      assert.deepEqual(
        record.attempts.map(({ endpoint }) => endpoint.split('@')[1]),
        asked,
      );
    }
  }
  assert.ok(attempts > requests / 2, `only ${attempts} attempts`);
});
