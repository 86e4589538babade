import assert from 'node:assert/strict';
import { clientOf, countedClient, type Feature, failure, generationId, readAll, say } from '../feature.ts';

const slow = { model: 'sandbox/pace-100-600', messages: say('At length') };

export const leaving: readonly Feature[] = [
  {
    name: 'abort by signal in the middle of a stream',
    async run(scene) {
      const leave = new AbortController();
      const { data, request_id } = await clientOf(scene)
        .chat.completions.create({ ...slow, stream: true }, { signal: leave.signal })
        .withResponse();
      let words = 0;
      for await (const chunk of data) {
        if (chunk.choices[0]?.delta.content) words += 1;
        if (words === 3) leave.abort();
      }
      assert.ok(words >= 3 && words < 20, `${words} words`);
      assert.equal((await scene.server.explain(request_id ?? '')).end_reason, 'caller_left');
    },
  },
  {
    name: 'break out of a stream',
    async run(scene) {
      const { data, request_id } = await clientOf(scene)
        .chat.completions.create({ ...slow, stream: true })
        .withResponse();
      for await (const chunk of data) if (chunk.choices[0]?.delta.content) break;
      assert.match(request_id ?? '', generationId);
      assert.equal((await scene.server.explain(request_id ?? '')).end_reason, 'caller_left');
    },
  },
  {
    name: '.stream().abort() → APIUserAbortError',
    async run(scene) {
      const runner = clientOf(scene).chat.completions.stream(slow);
      runner.on('content', () => runner.abort());
      await failure(scene, () => runner.finalContent(), { is: 'APIUserAbortError' });
    },
  },
  {
    name: 'abort of a whole answer → APIUserAbortError',
    async run(scene) {
      const { client, count } = countedClient(scene);
      const signal = AbortSignal.timeout(150);
      await failure(scene, () => client.chat.completions.create(slow, { signal }), { is: 'APIUserAbortError' });
      assert.equal(count.requests, 1);
    },
  },
  {
    name: 'timeout of the client → APIConnectionTimeoutError',
    async run(scene) {
      const { client, count } = countedClient(scene, { timeout: 200, maxRetries: 1 });
      await failure(scene, () => client.chat.completions.create(slow), { is: 'APIConnectionTimeoutError' });
      assert.equal(count.requests, 2, 'it retries by itself');
    },
  },
  {
    name: 'x-timeout-ms → 504, once; in a stream → APIError',
    async run(scene) {
      const { client, count } = countedClient(scene);
      const options = { headers: { 'x-timeout-ms': '250' } };
      await failure(scene, () => client.chat.completions.create(slow, options), {
        is: 'InternalServerError',
        status: 504,
        code: 'deadline_exceeded',
      });
      const stream = await client.chat.completions.create({ ...slow, stream: true }, options);
      await failure(scene, () => readAll(stream), { is: 'APIError', code: 'deadline_exceeded' });
      assert.equal(count.requests, 2, 'neither was sent again');
    },
  },
];
