import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type OpenAI from 'openai';
import { clientOf, countedClient, type Expected, type Feature, failure, type Scene, say } from '../feature.ts';

const asked = { model: 'sandbox/echo', messages: say('Hello') };
const refused = { is: 'AuthenticationError', status: 401, code: 'invalid_api_key' } as const;

export const refusals: readonly Feature[] = [
  {
    name: '401 AuthenticationError: wrong, malformed, disabled key',
    async run(scene) {
      const made = await scene.server.command('key', 'create');
      await scene.server.command('key', 'disable', made.id ?? '');
      const mistyped = `${scene.server.key.slice(0, -1)}${scene.server.key.endsWith('0') ? '1' : '0'}`;
      for (const apiKey of ['sk-wrong', mistyped, made.key ?? '']) {
        await refusedOnce(scene, (client) => client.chat.completions.create(asked), refused, apiKey);
        await refusedOnce(scene, (client) => client.models.list(), refused, apiKey);
        await refusedOnce(
          scene,
          (client) => client.chat.completions.create({ ...asked, stream: true }),
          refused,
          apiKey,
        );
      }
    },
  },
  {
    name: '403 PermissionDeniedError: a key that manages others asks no model',
    async run(scene) {
      const made = await scene.server.command('key', 'create', '--management');
      const expected = { is: 'PermissionDeniedError', status: 403, code: 'not_allowed' } as const;
      await refusedOnce(scene, (client) => client.chat.completions.create(asked), expected, made.key ?? '');
    },
  },
  {
    name: '409 ConflictError, 422 UnprocessableEntityError: an Idempotency-Key that is taken',
    async run(scene) {
      const headers = { 'Idempotency-Key': `once for ${scene.sdk.name}` };
      const body = { ...asked, max_tokens: 20 };
      const first = clientOf(scene, { maxRetries: 0 });
      await first.chat.completions.create(body, { headers });
      await failure(scene, () => first.chat.completions.create(body, { headers }), {
        is: 'ConflictError',
        status: 409,
      });
      const other = { ...body, messages: say('Something else') };
      await failure(scene, () => first.chat.completions.create(other, { headers }), {
        is: 'UnprocessableEntityError',
        status: 422,
        code: 'idempotency_key_reused',
      });
    },
  },
  {
    name: '404 NotFoundError: unknown model',
    async run(scene) {
      const expected = { is: 'NotFoundError', status: 404, code: 'model_not_found' } as const;
      const model = 'gpt-nobody';
      await refusedOnce(scene, (client) => client.chat.completions.create({ ...asked, model }), expected);
      await refusedOnce(
        scene,
        (client) => client.chat.completions.stream({ ...asked, model }).finalContent(),
        expected,
      );
      await refusedOnce(scene, (client) => client.models.retrieve(model), expected);
    },
  },
  {
    name: '404 NotFoundError: a surface that is not here',
    async run(scene) {
      const expected = { is: 'NotFoundError', status: 404, code: 'not_found' } as const;
      await refusedOnce(scene, (client) => client.fineTuning.jobs.list(), expected);
      await refusedOnce(scene, (client) => client.get('/harbour'), expected);
    },
  },
  {
    name: '400 BadRequestError: ours',
    async run(scene) {
      const invalid = { is: 'BadRequestError', status: 400, code: 'invalid_request' } as const;
      const wrong = [
        { model: 'sandbox/echo' },
        { messages: asked.messages },
        { ...asked, messages: 'Hello' },
        { ...asked, max_tokens: -1 },
      ] as unknown as OpenAI.ChatCompletionCreateParams[];
      for (const body of wrong) await refusedOnce(scene, (client) => client.chat.completions.create(body), invalid);
      await scene.server.command('workspace', 'set', 'default', 'storage=none');
      const storing = { is: 'BadRequestError', status: 400, code: 'storage_not_allowed' } as const;
      await refusedOnce(scene, (client) => client.chat.completions.create({ ...asked, store: true }), storing);
    },
  },
  {
    name: "400 BadRequestError: the upstream's, with its code",
    async run(scene) {
      const coded = { is: 'BadRequestError', status: 400, code: 'unsupported_parameter' } as const;
      const body = { ...asked, model: 'sandbox/fault-http-400' };
      await refusedOnce(scene, (client) => client.chat.completions.create(body), coded);
      await refusedOnce(scene, (client) => client.chat.completions.create({ ...body, stream: true }), coded);
      const unprocessable = { ...asked, model: 'sandbox/fault-http-422' };
      await refusedOnce(scene, (client) => client.chat.completions.create(unprocessable), {
        is: 'BadRequestError',
        status: 400,
      });
    },
  },
  {
    name: '402: an empty wallet, a spend limit → APIError',
    async run(scene) {
      const name = `poor-${scene.sdk.package}`;
      const [bound] = await Promise.all([
        scene.server.command('key', 'create', '--limit-usd', '0.000000100'),
        scene.server.command('workspace', 'create', name, '--credit-usd', '0.000000100'),
      ]);
      const poor = await scene.server.command('key', 'create', '--workspace', name);
      const short = [
        [poor.key, 'insufficient_credits'],
        [bound.key, 'spend_limit_reached'],
      ] as const;
      for (const [key = '', code] of short) {
        const expected = { is: 'APIError', status: 402, code } as const;
        await refusedOnce(scene, (client) => client.chat.completions.create(asked), expected, key);
        await refusedOnce(scene, (client) => client.chat.completions.stream(asked).finalContent(), expected, key);
      }
    },
  },
  {
    name: '429 RateLimitError: the requests of a key are used up',
    async run(scene) {
      const expected = { is: 'RateLimitError', status: 429, code: 'request_limit_reached' } as const;
      const makeKey = (reset: string) =>
        scene.server.command('key', 'create', '--limit-requests', '1', '--reset', reset);
      const keys = await Promise.all(['monthly', 'never'].map(makeKey));
      for (const [index, { key = '' }] of keys.entries()) {
        await clientOf(scene, { apiKey: key }).chat.completions.create(asked);
        // A client that waits a second and tries again, twice, only multiplies what cannot help.
        const error = await refusedOnce(scene, (client) => client.chat.completions.create(asked), expected, key);
        assert.equal(error.headers?.get('x-should-retry'), 'false');
        if (index === 0) assert.ok(Number(error.headers?.get('retry-after')) > 60);
        else assert.equal(error.headers?.get('retry-after'), null);
      }
    },
  },
  {
    name: '413: a body above 32 MiB → APIError',
    async run(scene) {
      const messages = say('a'.repeat(33 * 1024 * 1024));
      await refusedOnce(scene, (client) => client.chat.completions.create({ ...asked, messages }), {
        is: 'APIError',
        status: 413,
        code: 'request_too_large',
      });
    },
  },
  {
    name: 'APIConnectionError: nobody listens',
    async run(scene) {
      const listener = createServer().listen(0, '127.0.0.1');
      await once(listener, 'listening');
      const { port } = listener.address() as AddressInfo;
      listener.close();
      const client = clientOf(scene, { baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 });
      await failure(scene, () => client.chat.completions.create(asked), { is: 'APIConnectionError' });
    },
  },
];

/** Refused, and not asked again: a client as people make it sends one request. */
async function refusedOnce(
  scene: Scene,
  call: (client: OpenAI) => PromiseLike<unknown>,
  expected: Expected,
  apiKey: string = scene.server.key,
) {
  const { client, count } = countedClient(scene, { apiKey });
  const error = await failure(scene, async () => await call(client), expected);
  assert.equal(count.requests, 1, `${expected.code}: ${count.requests} requests`);
  return error;
}
