// What nobody sees yet is written down all the same: after a crash the operator knows about what it cost.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ProgressBook } from '#gateway/meter/progress-book.ts';
import { ask, call, openCall } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { answerOf, chunkOf, sse, startUpstream } from './scripted-upstream.ts';

const goOn = Promise.withResolvers<void>();
const upstream = await startUpstream({ after }, async ({ response, body }) => {
  const isStream = body.includes('"stream":true');
  response.writeHead(200, isStream ? sse : { 'content-type': 'application/json' });
  const whole = isStream
    ? `${chunkOf('word '.repeat(400))}${chunkOf('', 'stop')}data: [DONE]\n\n`
    : answerOf('word '.repeat(400));
  response.write(whole.slice(0, 1_500));
  if (isStream) response.write(whole.slice(1_500, 2_500));
  await goOn.promise;
  response.end(whole.slice(isStream ? 2_500 : 1_500));
});
const config = `
upstreams:
  own: { base_url: '${upstream.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: { input: 1, output: 1 } } } }
`;
const fairlead = await runFairlead({ after }, { config });
const { url, key, dataDir } = fairlead;

/** The estimates of all progress records on the disk, in nano-dollars. */
function progressed(): readonly number[] {
  const files = globSync(join(dataDir, 'journal/**/*.seg'));
  const records = files.flatMap((file) => [
    ...readFileSync(file, 'latin1').matchAll(/\{"kind":"progress","generation":"gen-\w+","estimate":"(\d+)"\}/g),
  ]);
  return records.map(([, estimate]) => Number(estimate));
}

test('answers that are not streamed, or kept back, have a progress record each second', async () => {
  const whole = openCall({ url, key, body: ask('own/m') });
  await eventually(async () => assert.ok(progressed().some((estimate) => estimate > 300_000)));
  const before = progressed().length;
  const held = openCall({
    url,
    key,
    headers: { 'x-fairlead-delivery': 'whole' },
    body: ask('own/m', { stream: true }),
  });
  await eventually(async () => assert.ok(progressed().length >= before + 4));
  goOn.resolve();

  const replies = await Promise.all([whole.reply, held.reply]);
  assert.deepEqual(
    replies.map(({ status, isWhole }) => [status, isWhole]),
    [
      [200, true],
      [200, true],
    ],
  );
  assert.equal((await call({ url, key, body: ask('own/m') })).status, 200);
});

test('and each 1,000 tokens in between', () => {
  const book = new ProgressBook();
  const told: number[] = [];
  const answer = { outputBytes: 0, tell: () => told.push(answer.outputBytes) };
  const telling = book.begin(answer, performance.now());
  for (; answer.outputBytes <= 10_000; answer.outputBytes += 500) telling.heard();
  telling.end();
  answer.outputBytes += 50_000;
  telling.heard();
  book.close();

  assert.deepEqual(told, [4_000, 8_000]);
});
