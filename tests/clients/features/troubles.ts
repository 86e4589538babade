import assert from 'node:assert/strict';
import { clientOf, countedClient, type Feature, failure, readAll, type Scene, say, textOf } from '../feature.ts';

type Trouble = { readonly mode: string; readonly status: number; readonly code: string };

/** What an upstream does before it says anything, and what our caller gets: never its own 401, never more than one 5xx. */
const before: readonly Trouble[] = [
  ...['http-401', 'http-402', 'http-403', 'http-404', 'http-409', 'http-500', 'http-520'].map(unavailable),
  ...['reset-before-head', 'close-before-head', 'html', 'empty', 'error-in-200'].map(unavailable),
  ...['http-429', 'http-429-retry-after', 'http-503', 'http-529'].map((mode) => ({
    mode,
    status: 503,
    code: 'upstream_overloaded',
  })),
  ...['http-408', 'http-504'].map((mode) => ({ mode, status: 504, code: 'upstream_timeout' })),
];

/** What an upstream does in the middle of a stream. */
const midway = ['cut-10', 'reset-mid-10', 'error-event-10', 'bad-chunk', 'cut-mid-event', 'cut-mid-utf8'];

export const troubles: readonly Feature[] = [
  {
    name: '502, 503, 504 InternalServerError: exactly one request',
    async run(scene) {
      await Promise.all(before.map((trouble) => failsOnce(scene, trouble)));
      await failsOnce(scene, unavailable('invalid-json'));
    },
  },
  {
    name: 'the same while streaming, before the first word',
    async run(scene) {
      await Promise.all(before.map((trouble) => failsOnce(scene, trouble, true)));
      await failsOnce(scene, unavailable('error-event-first'), true);
      await failsOnce(scene, unavailable('empty-stream'), true);
      await failsOnce(scene, unavailable('cut-1'), true);
    },
  },
  {
    name: 'an upstream that refuses connections or is silent',
    async run({ sdk, hasty }) {
      const scene = { sdk, server: hasty, hasty };
      await failsOnce(scene, { mode: '', status: 502, code: 'upstream_unavailable' }, false, 'closed/model');
      await failsOnce(scene, { mode: 'head-never', status: 504, code: 'upstream_timeout' });
    },
  },
  {
    name: 'silent behind heartbeats → APIError in the stream',
    async run({ sdk, hasty }) {
      const scene = { sdk, server: hasty, hasty };
      const { client, count } = countedClient(scene);
      const body = { model: 'sandbox/fault-head-never', messages: say('Hello?') };
      const stream = await client.chat.completions.create({ ...body, stream: true });
      await failure(scene, () => readAll(stream), { is: 'APIError', code: 'upstream_timeout' });
      await failure(scene, () => client.chat.completions.stream(body).finalContent(), {
        is: 'APIError',
        code: 'upstream_timeout',
      });
      assert.equal(count.requests, 2);
    },
  },
  {
    name: 'a second attempt is not seen: one request, two attempts',
    async run(scene) {
      await earnRetries(scene);
      const { client, count } = countedClient(scene);
      for (const stream of [false, true]) {
        const messages = say(`flaky for ${scene.sdk.name}, ${stream}`);
        const body = { model: 'sandbox/fault-flaky-1', messages, stream };
        const response = await client.chat.completions.create(body).asResponse();
        assert.equal(response.status, 200);
        assert.match(await response.text(), /harbour/);
        assert.equal(response.headers.get('x-fairlead-attempts'), '2');
      }
      assert.equal(count.requests, 2);
    },
  },
  {
    name: 'a cut in the middle → APIError while iterating',
    async run(scene) {
      await Promise.all(midway.map((mode) => breaksMidway(scene, mode, 'stream_cut')));
    },
  },
  {
    name: 'a cut in the middle → APIError from .stream()',
    async run(scene) {
      const { client, count } = countedClient(scene);
      const breaks = midway.map((mode) => {
        const body = { model: `sandbox/fault-${mode}`, messages: say('Tell me') };
        const finals = [
          () => client.chat.completions.stream(body).finalContent(),
          () => client.chat.completions.stream(body).finalChatCompletion(),
        ];
        return Promise.all(finals.map((final) => failure(scene, final, { is: 'APIError', code: 'stream_cut' })));
      });
      await Promise.all(breaks);
      assert.equal(count.requests, midway.length * 2);
    },
  },
  {
    name: 'a stall in the middle → APIError',
    async run({ sdk, hasty }) {
      await breaksMidway({ sdk, server: hasty, hasty }, 'stall-10', 'stream_stalled');
    },
  },
  {
    name: 'an event that is no JSON → an error, too',
    async run(scene) {
      // The package itself throws a SyntaxError on it, and would say so on the console.
      const client = clientOf(scene, { logLevel: 'off' });
      const body = { model: 'sandbox/fault-invalid-json', messages: say('Tell me') };
      await assert.rejects(async () => await readAll(await client.chat.completions.create({ ...body, stream: true })));
      await assert.rejects(client.chat.completions.stream(body).finalContent());
    },
  },
  {
    name: 'content_filter before the first word is an answer',
    async run(scene) {
      const body = { model: 'sandbox/fault-refused-first', messages: say('Tell me') };
      const whole = await clientOf(scene).chat.completions.create(body);
      assert.equal(whole.choices[0]?.finish_reason, 'content_filter');
      const runner = clientOf(scene).chat.completions.stream(body);
      assert.equal((await runner.finalChatCompletion()).choices[0]?.finish_reason, 'content_filter');
    },
  },
];

function unavailable(mode: string): Trouble {
  return { mode, status: 502, code: 'upstream_unavailable' };
}

/** A client as people make it, with its two retries, must not use them: we have tried already. */
async function failsOnce(
  scene: Scene,
  { mode, status, code }: Trouble,
  stream = false,
  model = `sandbox/fault-${mode}`,
): Promise<void> {
  const { client, count } = countedClient(scene);
  const call = () => client.chat.completions.create({ model, messages: say('Tell me'), stream });
  const error = await failure(scene, call, { is: 'InternalServerError', status, code }).catch((thrown: Error) => {
    throw new Error(`${model}: ${thrown.message}`, { cause: thrown });
  });
  assert.equal(error.headers?.get('x-should-retry'), 'false', model);
  assert.ok(Number(error.headers?.get('x-fairlead-attempts')) >= 1, model);
  assert.equal(count.requests, 1, `${model}: ${count.requests} requests`);
}

async function breaksMidway(scene: Scene, mode: string, code: string): Promise<void> {
  const { client, count } = countedClient(scene);
  const body = { model: `sandbox/fault-${mode}`, messages: say('Tell me'), stream: true } as const;
  const chunks: Parameters<typeof textOf>[0][number][] = [];
  const read = async () => {
    for await (const chunk of await client.chat.completions.create(body)) chunks.push(chunk);
  };
  await failure(scene, read, { is: 'APIError', code }).catch((thrown: Error) => {
    throw new Error(`${mode}: ${thrown.message}`, { cause: thrown });
  });
  assert.match(textOf(chunks), /^The/, mode);
  assert.ok(
    chunks.every(({ choices }) => choices.every(({ finish_reason }) => finish_reason === null)),
    mode,
  );
  assert.equal(count.requests, 1, mode);
}

/** Second attempts are a share of the last ten seconds' requests, and the troubles before have used theirs up. */
async function earnRetries(scene: Scene): Promise<void> {
  const client = clientOf(scene);
  // Thirty holds without a limit would be more than the wallet's dollar.
  const body = { model: 'sandbox/echo', messages: say('Well?'), max_tokens: 20 };
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(Array.from({ length: 30 }, () => client.chat.completions.create(body)));
  }
}
