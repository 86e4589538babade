// Several credentials of one upstream: what is wrong with one of them no caller notices, and they rotate under load.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ask, call, generationOf } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { answerOf, type Received, startUpstream } from './scripted-upstream.ts';

/** What each key gets, by its name. */
const answers: Readonly<Record<string, (received: Received) => void>> = {
  refused: refuse(401, 'invalid_api_key'),
  forbidden: refuse(403, 'permission_error'),
  unpaid: refuse(402, 'billing_error'),
  spent: refuse(429, 'insufficient_quota'),
  limited: refuse(429, 'rate_limit_exceeded', { 'retry-after': '120' }),
  tired: ({ response }) => {
    response.writeHead(200, {
      'content-type': 'application/json',
      'x-ratelimit-limit-requests': '100',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '2m0s',
    });
    response.end(answerOf('tired'));
  },
};
const revoked = new Set<string>();
const upstream = await startUpstream({ after }, (received) => {
  const key = keyOf(received);
  const word = key.split('-')[0] ?? '';
  if (revoked.has(key)) return refuse(401, 'invalid_api_key')(received);
  const answer = answers[word];
  if (answer) return answer(received);
  received.response.writeHead(200, { 'content-type': 'application/json' });
  received.response.end(answerOf(key));
});

const troubles = Object.keys(answers);
const pools = troubles.map(
  (word) => `
  pool-${word}:
    base_url: ${upstream.url}
    data: { trains: false }
    api_keys: [${word}-1, good-${word}]
    models: { m-${word}: { as: own/${word}, price: free } }`,
);
function configWith(rotating: readonly string[]): string {
  return `
upstreams:${pools.join('')}
  lone:
    base_url: ${upstream.url}
    data: { trains: false }
    api_key: refused-alone
    models: { lone: { as: own/lone, price: free } }
  rotating:
    base_url: ${upstream.url}
    data: { trains: false }
    api_keys: [${rotating.join(', ')}]
    models: { rotating: { as: own/rotating, price: free } }
`;
}

const fairlead = await runFairlead({ after }, { config: configWith(['old']) });
const { url, key } = fairlead;

for (const word of troubles) {
  test(`a credential that is ${word}: every request is answered, and it is asked no more`, async () => {
    for (let request = 0; request < 8; request += 1) {
      const reply = await call({ url, key, body: ask(`own/${word}`) });
      assert.equal(reply.status, 200);
      const { attempts } = await fairlead.explain(generationOf(reply));
      assert.ok(attempts.length <= 2);
      assert.ok(attempts.every(({ endpoint }) => endpoint === `own/${word}@pool-${word}`));
    }

    const asked = upstream.received.map(keyOf);
    assert.equal(asked.filter((each) => each === `${word}-1`).length, 1);
    await eventually(async () => {
      const line = new RegExp(`"event":"credential-out","upstream":"pool-${word}"`);
      assert.equal(line.test(fairlead.stderr()), word !== 'limited' && word !== 'tired');
    });
  });
}

test('when the only credential is refused the caller is told, and so is the operator, once', async () => {
  for (let request = 0; request < 5; request += 1) {
    const reply = await call({ url, key, body: ask('own/lone') });
    assert.equal(reply.status, 502);
  }
  await eventually(async () => {
    assert.equal(fairlead.stderr().match(/"credential-out","upstream":"lone"/g)?.length, 1);
    assert.equal(fairlead.stderr().match(/"endpoint-out","endpoint":"own\/lone@lone"/g)?.length, 1);
  });
  assert.doesNotMatch(fairlead.stderr(), /refused-alone|good-/);
  const metrics = (await call({ url, path: '/metrics', method: 'GET' })).body.toString();
  assert.match(metrics, /^fairlead_credentials_out 5$/m);
});

test('credentials rotate under load, and not one request fails', async () => {
  const statuses: number[] = [];
  let isOver = false;
  const caller = async () => {
    while (!isOver) statuses.push((await call({ url, key, body: ask('own/rotating') })).status);
  };
  const callers = Array.from({ length: 8 }, caller);
  const uses = async (name: string) =>
    await eventually(async () => assert.ok(upstream.received.slice(-50).some((each) => keyOf(each) === name)));
  const reread = async (keys: readonly string[]) => {
    const before = fairlead.stderr().split('"credentials-read"').length;
    writeFileSync(join(fairlead.folder, 'fairlead.yaml'), configWith(keys));
    process.kill(fairlead.pid, 'SIGHUP');
    await eventually(async () => assert.ok(fairlead.stderr().split('"credentials-read"').length > before));
  };

  await uses('old');
  await reread(['old', 'new']);
  await uses('new');
  await reread(['new']);
  // What was sent with the old one is answered before its provider takes it back.
  const sent = upstream.received.length;
  await eventually(async () => assert.ok(upstream.received.length > sent + 100));
  revoked.add('old');
  const before = upstream.received.length;
  await eventually(async () => assert.ok(upstream.received.length > before + 100));
  isOver = true;
  await Promise.all(callers);

  assert.ok(statuses.length > 200);
  assert.deepEqual([...new Set(statuses)], [200]);
  assert.ok(upstream.received.slice(before).every((each) => keyOf(each) === 'new'));
});

test('a file that is wrong changes nothing', async () => {
  writeFileSync(join(fairlead.folder, 'fairlead.yaml'), 'upstreams: [');
  process.kill(fairlead.pid, 'SIGHUP');
  await eventually(async () => assert.match(fairlead.stderr(), /"credentials-not-read"/));

  assert.equal((await call({ url, key, body: ask('own/rotating') })).status, 200);
});

function keyOf({ headers }: Received): string {
  return String(headers.authorization).replace('Bearer ', '');
}

function refuse(status: number, code: string, headers: Readonly<Record<string, string>> = {}) {
  return ({ response }: Received) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ error: { message: 'no', type: code, code } }));
  };
}
