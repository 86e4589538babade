import assert from 'node:assert/strict';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import test, { type TestContext } from 'node:test';
import tls from 'node:tls';
import { HttpClient } from '#outgoing/providers/http-client.ts';
import { until } from '../journal/journal-under-test.ts';
import { certificate, hearing, ok, rawServer } from './raw-server.ts';

test('requests that follow one another go over one connection, those at the same time over their own', async (context) => {
  const { url, connections } = await rawServer(context, (socket, index) => void socket.write(ok(`answer ${index}`)));
  const client = clientOf(context, url);

  assert.deepEqual(await ask(client), { how: 'ended 200', text: 'answer 0' });
  assert.deepEqual(await ask(client), { how: 'ended 200', text: 'answer 1' });
  assert.equal(connections.length, 1);
  const both = await Promise.all([ask(client), ask(client)]);
  assert.deepEqual(
    both.map(({ how }) => how),
    ['ended 200', 'ended 200'],
  );
  assert.equal(connections.length, 2);
  assert.match(connections[0]?.text ?? '', /^POST \/ HTTP\/1\.1\r\ncontent-length: 3\r\n\r\nhi\./);
});

test('what comes behind an answer is nobody’s: the next request has a connection of its own', async (context) => {
  const answers = [`${ok('mine')}${ok('not yours')}`, ok('yours')];
  const { url } = await rawServer(context, (socket, index) => void socket.write(answers[index] ?? ''));
  const client = clientOf(context, url);

  assert.equal((await ask(client)).text, 'mine');
  assert.equal((await ask(client)).text, 'yours');
});

test('what comes over an idle connection is nobody’s', async (context) => {
  const { url, connections } = await rawServer(context, (socket, index) => void socket.write(ok(`answer ${index}`)));
  const client = clientOf(context, url);
  await ask(client);

  const closed = once(connections[0]?.socket ?? assert.fail(), 'close');
  connections[0]?.socket.write(ok('not yours'));
  await closed;

  assert.equal((await ask(client)).text, 'answer 1');
  assert.equal(connections.length, 2);
});

test('a connection that the upstream closes while it is idle is not used again', async (context) => {
  const { url, connections } = await rawServer(context, (socket) => void socket.write(ok('well')));
  const client = clientOf(context, url);
  await ask(client);

  const closed = once(connections[0]?.socket ?? assert.fail(), 'close');
  connections[0]?.socket.end();
  await closed;

  assert.equal((await ask(client)).how, 'ended 200');
  assert.equal(connections.length, 2);
});

test('an upstream that keeps connections for a moment only is taken at its word', async (context) => {
  const brief = 'HTTP/1.1 200 OK\r\nkeep-alive: timeout=2\r\ncontent-length: 0\r\n\r\n';
  const { url, connections } = await rawServer(context, (socket) => void socket.write(brief));
  const client = clientOf(context, url);

  await ask(client);
  await ask(client);

  assert.equal(connections.length, 2);
});

test('an answer that comes before the request was sent is heard, and its connection ends with it', async (context) => {
  const early = net.createServer((socket) => {
    socket.on('error', () => undefined);
    // Reads nothing: what does not fit into the socket's buffers stays with the sender.
    socket.pause();
    socket.write('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n');
  });
  let connections = 0;
  early.on('connection', () => connections++);
  early.listen(0, 'localhost');
  await once(early, 'listening');
  context.after(() => early.close());
  const client = clientOf(context, new URL(`http://localhost:${(early.address() as AddressInfo).port}`));
  const body = new Uint8Array(50_000_000);
  const head = `POST / HTTP/1.1\r\ncontent-length: ${body.length}\r\n\r\n`;

  for (let sent = 1; sent <= 2; sent++) {
    const answer = hearing();
    client.send({ head, body: [body] }, answer.listener);
    assert.equal((await answer.heard).how, 'ended 413');
    assert.equal(connections, sent);
  }
});

const endings: Readonly<Record<string, { readonly wire: string; readonly how: string; readonly text: string }>> = {
  'a close before any answer': { wire: '', how: 'reset', text: '' },
  'a close within the head': { wire: 'HTTP/1.1 200 OK\r\ncont', how: 'reset', text: '' },
  'a close within a counted body': {
    wire: 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhal',
    how: 'reset',
    text: 'hal',
  },
  'a close within chunks': {
    wire: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhal\r\n',
    how: 'reset',
    text: 'hal',
  },
  'a close that ends the body': { wire: 'HTTP/1.1 200 OK\r\n\r\nwhole', how: 'ended 200', text: 'whole' },
  'no HTTP at all': { wire: 'what do you want?\r\n\r\n', how: 'reset', text: '' },
};

for (const [what, { wire, how, text }] of Object.entries(endings)) {
  test(`${what}: ${how}`, async (context) => {
    const { url } = await rawServer(context, (socket) => void socket.end(wire));
    assert.deepEqual(await ask(clientOf(context, url)), { how, text });
  });
}

test('nobody listens, or nobody says hello: out of reach', async (context) => {
  const silent = net.createServer((socket) => void socket.on('error', () => undefined).resume());
  silent.listen(0, 'localhost');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const waiting = new HttpClient(new URL(`https://localhost:${port}`), { connectMs: 50 });
  assert.equal((await ask(waiting)).how, 'connect-failed');

  await new Promise((resolve) => silent.close(resolve));
  assert.equal((await ask(clientOf(context, new URL(`http://localhost:${port}`)))).how, 'connect-failed');
});

test('who leaves closes the connection, and hears nothing more', async (context) => {
  const { url, connections } = await rawServer(context, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nhal\r\n');
  });
  const client = clientOf(context, url);
  const answer = hearing();
  const exchange = client.send(request, answer.listener);
  await until(() => answer.textSoFar() === 'hal', 'half of the answer came');

  const closed = once(connections[0]?.socket ?? assert.fail(), 'close');
  exchange.abort();
  await closed;

  const pending = await Promise.race([
    answer.heard,
    new Promise((resolve) => setTimeout(() => resolve('silence'), 20)),
  ]);
  assert.equal(pending, 'silence');
});

test('a reader that pauses stops the upstream, and gets all of it when it goes on', async (context) => {
  const bytes = 30_000_000;
  let taken = 0;
  const { url } = await rawServer(context, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${bytes}\r\n\r\n`);
    const piece = Buffer.alloc(100_000, 'a');
    const more = () => {
      while (taken < bytes) {
        taken += piece.length;
        if (!socket.write(piece)) return void socket.once('drain', more);
      }
    };
    more();
  });
  const answer = hearing();
  const exchange = clientOf(context, url).send(request, answer.listener);
  exchange.pause();
  let before = -1;
  await until(() => {
    const isStill = taken > 0 && taken === before;
    before = taken;
    return isStill;
  }, 'the upstream waits');
  assert.ok(answer.textSoFar().length <= 64 * 1024 && taken < bytes, `${taken} left the upstream`);

  exchange.resume();

  assert.equal((await answer.heard).text.length, bytes);
});

test('an encrypted upstream is believed when its certificate is known, and not otherwise', async (context) => {
  const { url, connections } = await rawServer(context, (socket, index) => void socket.write(ok(`answer ${index}`)), {
    isSecure: true,
  });
  assert.equal((await ask(clientOf(context, url))).how, 'connect-failed');

  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, certificate().cert]);
  context.after(() => tls.setDefaultCACertificates(before));
  const client = clientOf(context, url);
  assert.deepEqual(await ask(client), { how: 'ended 200', text: 'answer 0' });
  assert.deepEqual(await ask(client), { how: 'ended 200', text: 'answer 1' });
  assert.ok(connections.length <= 2);
});

const request = { head: 'POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\n', body: [Buffer.from('hi.')] };

function ask(client: HttpClient) {
  const answer = hearing();
  client.send(request, answer.listener);
  return answer.heard;
}

function clientOf(context: TestContext, url: URL): HttpClient {
  const client = new HttpClient(url, { connectMs: 5_000 });
  context.after(() => client.destroy());
  return client;
}
