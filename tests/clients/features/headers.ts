import assert from 'node:assert/strict';
import { clientOf, type Feature, fieldOf, generationId, readAll, say } from '../feature.ts';

const asked = { model: 'sandbox/echo', messages: say('Hello') };

export const headers: readonly Feature[] = [
  {
    name: '_request_id is x-request-id and the generation',
    async run(scene) {
      const client = clientOf(scene);
      const { data, response, request_id } = await client.chat.completions.create(asked).withResponse();
      assert.match(request_id ?? '', generationId);
      assert.equal(fieldOf(data, '_request_id'), request_id);
      for (const name of ['x-request-id', 'request-id', 'x-generation-id']) {
        assert.equal(response.headers.get(name), request_id, name);
      }
      const model = await client.models.retrieve('sandbox/echo');
      assert.match(String(fieldOf(model, '_request_id')), generationId);
    },
  },
  {
    name: 'withResponse: who answered',
    async run(scene) {
      const client = clientOf(scene);
      const whole = await client.chat.completions.create(asked).withResponse();
      const streamed = await client.chat.completions.create({ ...asked, stream: true }).withResponse();
      await readAll(streamed.data);
      for (const { response, request_id } of [whole, streamed]) {
        assert.match(request_id ?? '', generationId);
        const who = ['endpoint', 'provider', 'region', 'attempts'].map((name) =>
          response.headers.get(`x-fairlead-${name}`),
        );
        assert.deepEqual(who, ['sandbox/echo@sandbox', 'sandbox', 'local', '1']);
      }
      assert.match(streamed.response.headers.get('content-type') ?? '', /^text\/event-stream/);
    },
  },
  {
    name: 'x-ratelimit-*: both limits of a key',
    async run(scene) {
      const { key } = await scene.server.command('key', 'create', '--limit-requests', '5', '--reset', 'daily');
      const client = clientOf(scene, { apiKey: key ?? '' });
      const left: (string | null)[] = [];
      for (let round = 0; round < 2; round += 1) {
        const { headers } = await client.chat.completions.create(asked).asResponse();
        assert.equal(headers.get('x-ratelimit-limit-requests'), '5');
        assert.match(headers.get('x-ratelimit-limit-usd') ?? '', /^\d+\.\d{9}$/);
        assert.match(headers.get('x-ratelimit-remaining-usd') ?? '', /^\d+\.\d{9}$/);
        assert.match(headers.get('x-ratelimit-reset-requests') ?? '', /^\d+s$/);
        left.push(headers.get('x-ratelimit-remaining-requests'));
      }
      assert.deepEqual(left, ['4', '3']);
    },
  },
];
