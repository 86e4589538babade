// What a connection sent before is remembered; who it is counts for each request anew.
import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, test } from 'node:test';
import { ask } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, {});
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
after(() => agent.destroy());

function send(headers: Readonly<Record<string, string>>): Promise<{ readonly status: number; readonly port: number }> {
  return new Promise((resolve, reject) => {
    const options = { agent, method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
    const sent = request(`${fairlead.url}/v1/chat/completions`, options, (response) => {
      const port = response.socket.localPort ?? 0;
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, port }));
    });
    sent.on('error', reject).end(JSON.stringify(ask('sandbox/echo', { max_tokens: 9 })));
  });
}

test('each request of a connection is its own key’s, whatever key came before it and in whatever header', async () => {
  const good = { authorization: `Bearer ${fairlead.key}` };
  const bad = { authorization: `Bearer ${fairlead.key.slice(0, -1)}` };
  const asked = [
    good,
    good,
    bad,
    good,
    {},
    { 'x-api-key': fairlead.key },
    { 'x-api-key': good.authorization },
    { authorization: fairlead.key },
    { ...bad, 'x-api-key': fairlead.key },
    good,
  ];

  const replies = [];
  for (const headers of asked) replies.push(await send(headers));

  assert.deepEqual(
    replies.map(({ status }) => status),
    [200, 200, 401, 200, 401, 200, 401, 401, 401, 200],
  );
  assert.equal(new Set(replies.map(({ port }) => port)).size, 1, 'one connection');
});
