// Messages to the operator's address: in order, tried again, given up in the end, and nobody waits for them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WebhookQueue } from '#outgoing/webhooks/webhook-queue.ts';
import { eventually } from '../journeys/running-fairlead.ts';
import { startUpstream } from '../journeys/scripted-upstream.ts';

const retryMs = [1, 1];

test('messages arrive in their order, one at a time', async () => {
  let open = 0;
  const receiver = await startUpstream({ after }, async ({ response }) => {
    open += 1;
    assert.equal(open, 1);
    await new Promise((resolve) => setImmediate(resolve));
    open -= 1;
    response.writeHead(204);
    response.end();
  });
  const queue = new WebhookQueue({ url: receiver.url, onLost: () => assert.fail('lost'), retryMs });
  for (const at of ['1', '2', '3']) queue.add({ event: 'endpoint-out', at });

  await eventually(async () => assert.equal(receiver.received.length, 3));
  assert.deepEqual(
    receiver.received.map(({ body }) => JSON.parse(body.toString()).at),
    ['1', '2', '3'],
  );
  assert.equal(receiver.received[0]?.headers['content-type'], 'application/json');
});

test('one that is refused is tried again, then given up; a redirect is not followed', async () => {
  const receiver = await startUpstream({ after }, ({ response, body }) => {
    const isGood = body.toString().includes('good');
    response.writeHead(isGood ? 200 : 302, { location: '/elsewhere' });
    response.end();
  });
  let lost = 0;
  const queue = new WebhookQueue({
    url: receiver.url,
    retryMs,
    onLost: () => {
      lost += 1;
    },
  });
  queue.add({ event: 'bad' });
  queue.add({ event: 'good' });

  await eventually(async () => assert.equal(receiver.received.length, 4));
  assert.equal(lost, 1);
  assert.ok(receiver.received.every(({ path }) => path === '/v1'));
});

test('where nobody listens a hundred wait, the oldest are lost, and closing ends it', async () => {
  let lost = 0;
  const queue = new WebhookQueue({
    url: 'http://127.0.0.1:9/',
    retryMs: [60_000],
    onLost: () => {
      lost += 1;
    },
  });
  for (let message = 0; message < 131; message += 1) queue.add({ event: String(message) });

  assert.equal(lost, 30);
  queue.close();
});
