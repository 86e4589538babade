// All upstreams say 503 at several times the usual load, then they are well: on real sockets, with short times for health.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { answerOf, type Received, startUpstream } from './scripted-upstream.ts';

let isWell = true;
const answer = ({ response }: Received) => {
  response.writeHead(isWell ? 200 : 503, { 'content-type': 'application/json' });
  response.end(isWell ? answerOf('well') : '{"error":{"message":"no","type":"server_error","code":"overloaded"}}');
};
const one = await startUpstream({ after }, answer);
const two = await startUpstream({ after }, answer);
const fairlead = await runFairlead(
  { after },
  {
    config: `
deadlines: { eject_ms: 1200, probe_ms: 400 }
upstreams:
  one: { base_url: '${one.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: free } } }
  two: { base_url: '${two.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: free } } }
`,
  },
);
const { url, key } = fairlead;

/** The statuses of so many requests, so many at once. */
async function load(requests: number, atOnce: number): Promise<readonly number[]> {
  const statuses: number[] = [];
  let left = requests;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      statuses.push((await call({ url, key, body: ask('own/m') })).status);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, caller));
  return statuses;
}

const sent = () => one.received.length + two.received.length;

test('a storm of 503s sends at most 1.2 times as much, and is over half a minute after its cause', async () => {
  const usual = await load(30, 8);
  assert.deepEqual([...new Set(usual)], [200]);

  isWell = false;
  const stormy = await load(600, 24);
  const ratio = sent() / (usual.length + stormy.length);
  assert.deepEqual([...new Set(stormy)], [503]);
  // Also when both are known to be out each request may ask one of them.
  assert.ok(ratio > 0.9 && ratio <= 1.2, `${ratio} attempts for each request`);

  isWell = true;
  const healedAt = performance.now();
  // Whoever looks first finds them well, and all others follow.
  const first = await load(10, 8);
  assert.ok(first.includes(200), `${first}`);
  let good = 0;
  for (let requests = 0; requests < 100; requests += 10) {
    good += (await load(10, 8)).filter((status) => status === 200).length;
  }
  assert.ok(good >= 95, `${good} of 100`);
  const goodAgain = await load(100, 8);
  process.stdout.write(
    `${ratio.toFixed(3)} attempts a request; well after ${Math.round(performance.now() - healedAt)} ms\n`,
  );
  assert.deepEqual([...new Set(goodAgain)], [200]);
});
