import assert from 'node:assert/strict';
import { once } from 'node:events';
import test, { type TestContext } from 'node:test';
import { Content } from '#core/generation/content.ts';
import { eligible, plainAsk } from '#core/routing/eligible.ts';
import { Providers } from '#outgoing/providers/providers.ts';
import { until } from '../journal/journal-under-test.ts';
import { endpointOf } from '../properties/endpoint-of.ts';
import { hearing, ok, rawServer } from './raw-server.ts';

test('who has heard the end of an exchange cannot end the next one on its connection', async (context) => {
  const held: (() => void)[] = [];
  const { url, connections } = await rawServer(context, (socket, index) => {
    held.push(() => void socket.write(ok(`answer ${index}`)));
    if (index === 0) held[0]?.();
  });
  const call = callerOf(context, url);
  const first = call();
  assert.equal((await first.answer.heard).text, 'answer 0');
  const second = call();
  await until(() => held.length === 2, 'the second was asked');

  first.exchange.pause();
  first.exchange.abort();
  held[1]?.();

  const closed = once(connections[0]?.socket ?? assert.fail(), 'close');
  const what = await Promise.race([second.answer.heard, closed]);
  assert.deepEqual(what, { how: 'ended 200', text: 'answer 1' });
  assert.equal(connections.length, 1);
});

test('what would be read as two lines of a head is never sent', async (context) => {
  const { url, connections } = await rawServer(context, (socket) => void socket.write(ok('well')));
  const call = callerOf(context, url);

  assert.equal((await call(['anthropic-beta', 'a\r\nx-other: b']).answer.heard).how, 'connect-failed');
  assert.equal((await call([], '/files/a b').answer.heard).how, 'connect-failed');
  assert.equal((await call([], '/files/a\r\nx: y').answer.heard).how, 'connect-failed');

  assert.equal(connections.length, 0);
});

function callerOf(context: TestContext, url: URL) {
  const endpoint = eligible(endpointOf('a'), plainAsk('openai-chat', 0));
  assert.ok(typeof endpoint === 'object');
  const account = { name: endpoint.upstream.name, baseUrl: `${url.origin}/v1`, apiKeys: ['sk-upstream'] };
  const providers = new Providers([account], { connectMs: 5_000 });
  context.after(() => providers.close());
  return (passedHeaders: readonly string[] = [], path = '/chat/completions') => {
    const answer = hearing();
    const body = Content.ofText('hi.');
    const call = {
      endpoint,
      credential: 0,
      protocol: 'openai-chat',
      path,
      body,
      stream: false,
      passedHeaders,
    } as const;
    return { answer, exchange: providers.call(call, answer.listener) };
  };
}

test('of an upstream that is taken away no connection stays open', async (context) => {
  const { url, connections } = await rawServer(context, (socket) => void socket.write(ok('well')));
  const endpoint = eligible(endpointOf('a'), plainAsk('openai-chat', 0));
  assert.ok(typeof endpoint === 'object');
  const account = { name: endpoint.upstream.name, baseUrl: `${url.origin}/v1`, apiKeys: ['sk-upstream'] };
  const providers = new Providers([], { connectMs: 5_000 });
  context.after(() => providers.close());
  providers.adopt([account]);
  const answer = hearing();
  const asked = { protocol: 'openai-chat', path: '/chat/completions', stream: false, passedHeaders: [] } as const;
  providers.call({ endpoint, credential: 0, body: Content.ofText('hi.'), ...asked }, answer.listener);
  await answer.heard;
  const closed = new Promise((resolve) => connections[0]?.socket.once('close', resolve));

  providers.adopt([]);

  await closed;
});
