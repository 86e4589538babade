// A workspace's own key goes to the origin that it was given for, in the head that the upstream's dialect wants, and nowhere else.
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { eligible, plainAsk } from '#core/routing/eligible.ts';
import type { CloudName, ProtocolName } from '#core/routing/endpoint.ts';
import type { OwnKey } from '#core/routing/own-key.ts';
import { Providers } from '#outgoing/providers/providers.ts';
import { endpointOf } from '../properties/endpoint-of.ts';
import { hearing, ok, rawServer } from './raw-server.ts';

type Place = {
  readonly protocol?: ProtocolName;
  readonly cloud?: CloudName;
  readonly origin?: string;
  readonly of?: string;
};

async function callOf(context: TestContext, { protocol = 'openai-chat', cloud, origin, of = 'own_1' }: Place) {
  const { url, connections } = await rawServer(context, (socket) => void socket.write(ok('well')));
  const endpoint = eligible(endpointOf('a'), plainAsk('openai-chat', 0));
  assert.ok(typeof endpoint === 'object');
  const account = { name: 'a', baseUrl: `${url.origin}/v1`, apiKeys: ['sk-operator'], cloud };
  const providers = new Providers([account], { connectMs: 5_000 });
  context.after(() => providers.close());
  const key: OwnKey = {
    ...{ id: 'own_1', edition: 1, upstream: 'a', origin: origin ?? url.origin, use: 'before', models: null },
    secret: Content.ofText('sk-own'),
  };
  const answer = hearing();
  const path = cloud === 'bedrock' ? '/model/m/converse' : '/chat/completions';
  providers.call(
    {
      endpoint: { ...endpoint, ownKey: { id: of, edition: 1, feeBasisPoints: 0 } },
      ...{ credential: 0, ownKey: key, protocol, path, model: 'm', stream: false, passedHeaders: [] },
      body: Content.ofText('hi.'),
    },
    answer.listener,
  );
  const { how } = await answer.heard;
  return { how, head: connections.map(({ text }) => text).join('') };
}

const ways: readonly (readonly [string, Place, string])[] = [
  ['openai-chat', {}, 'authorization: Bearer sk-own'],
  ['anthropic-messages', { protocol: 'anthropic-messages' }, 'x-api-key: sk-own'],
  ['gemini-generate', { protocol: 'gemini-generate' }, 'x-goog-api-key: sk-own'],
  ['Azure', { cloud: 'azure' }, 'api-key: sk-own'],
];
for (const [name, place, header] of ways) {
  test(`${name}: in the head as its upstream takes a key, in place of the operator's`, async (context) => {
    const { how, head } = await callOf(context, place);

    assert.equal(how, 'ended 200');
    assert.ok(head.toLowerCase().includes(header.toLowerCase()), head);
    assert.doesNotMatch(head, /sk-operator/);
  });
}

test('to another origin than its own nothing is sent, nor for an endpoint of another key', async (context) => {
  for (const place of [{ origin: 'https://elsewhere' }, { origin: '' }, { of: 'own_2' }]) {
    const { how, head } = await callOf(context, place);

    assert.deepEqual([how, head], ['connect-failed', '']);
  }
});
