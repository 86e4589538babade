// How long content lives in memory, by stage: it is counted, bounded by the request's own time, and nothing when all is over.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url, key } = fairlead;
const bodyBytes = 60_000;

async function metrics() {
  const text = (await call({ url, path: '/metrics', method: 'GET' })).body.toString();
  const read = (line: RegExp) => Number(line.exec(text)?.[1] ?? Number.NaN);
  const stage = (name: string) =>
    read(new RegExp(`^fairlead_content_byte_seconds_total\\{stage="${name}"\\} (\\S+)$`, 'm'));
  return {
    now: read(/^fairlead_content_bytes (\S+)$/m),
    receive: stage('receive'),
    admit: stage('admit'),
    answer: stage('answer'),
    conclude: stage('conclude'),
    held: stage('held'),
  };
}

const ask = (model: string, more: object = {}) => ({
  url,
  key,
  body: {
    model,
    messages: [
      { role: 'user', content: 'x '.repeat(bodyBytes / 2) },
      { role: 'user', content: 'end' },
    ],
    ...more,
  },
});

test('content is counted while it lives, in each stage, and is let go with its request', async () => {
  const before = await metrics();
  assert.equal(before.now, 0);
  const startedAt = performance.now();

  const answering = call(ask('sandbox/slow', { max_tokens: 2, stream: true }));
  await eventually(async () => assert.ok((await metrics()).now >= bodyBytes));
  assert.equal((await answering).status, 200);
  const seconds = (performance.now() - startedAt) / 1_000;
  await eventually(async () => assert.equal((await metrics()).now, 0));

  const after = await metrics();
  const lived = (stage: 'receive' | 'admit' | 'answer' | 'conclude') => after[stage] - before[stage];
  const sum = lived('receive') + lived('admit') + lived('answer') + lived('conclude');
  // The gate: not a byte lives longer than its request, and nearly all of that is the upstream's time.
  assert.ok(sum <= 1.05 * bodyBytes * seconds + 10_000, `${sum} byte-seconds in ${seconds} s`);
  assert.ok(lived('answer') >= 0.5 * sum, JSON.stringify(after));
  for (const stage of ['receive', 'admit', 'conclude'] as const) assert.ok(lived(stage) > 0, stage);
  assert.ok(lived('admit') + lived('conclude') <= 0.5 * bodyBytes, JSON.stringify(after));
});

test('a refused request, and one whose caller leaves, let go of theirs', async () => {
  assert.equal((await call(ask('no/such-model'))).status, 404);
  assert.equal((await call({ ...ask('sandbox/echo'), key: 'sk-fl-none' })).status, 401);
  await eventually(async () => assert.equal((await metrics()).now, 0));
});

test('what is kept back to its end is counted as held', async () => {
  const before = await metrics();
  const whole = { ...ask('sandbox/story', { stream: true }), headers: { 'x-fairlead-delivery': 'whole' } };
  assert.equal((await call(whole)).status, 200);
  await eventually(async () => assert.ok((await metrics()).held > before.held));
});
