// What a wallet cannot bear leaves the plan; output is cut down only when nothing else is left. MONEY §4.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { answerOf, startUpstream } from './scripted-upstream.ts';

const upstream = await startUpstream({ after }, ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end(answerOf('yes'));
});

/** With $1.00: `dear` costs up to $16 for an answer, `cheap` up to $0.02; the two of `both/dear` cost $16 and $33. */
const config = `
upstreams:
  dear:
    protocols: [openai-chat]
    base_url: ${upstream.url}/dear
    type: self_hosted
    models:
      a: { as: both/mixed, price: { input: 0, output: 1000 } }
      b: { as: both/dear, price: { input: 0, output: 2000 } }
  cheap:
    protocols: [openai-chat]
    base_url: ${upstream.url}/cheap
    type: self_hosted
    models:
      a: { as: both/mixed, price: { input: 0, output: 1 } }
      b: { as: both/dear, price: { input: 0, output: 1000 } }
`;

const fairlead = await runFairlead({ after }, { config });
const messages = [{ role: 'user', content: 'well?' }];

test('an endpoint that the wallet cannot cover leaves the plan, and the next one answers in full', async () => {
  const answer = await call({ ...fairlead, body: { model: 'both/mixed', messages } });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers['x-fairlead-endpoint'], 'both/mixed@cheap');
  assert.equal(answer.headers['x-fairlead-clamped'], undefined);
  const told = await fairlead.explain(generationOf(answer));
  assert.deepEqual((told as unknown as { excluded: unknown }).excluded, [
    { endpoint: 'both/mixed@dear', why: 'unaffordable' },
  ]);
});

test('when no endpoint can be covered, output is clamped to what the cheapest gives, and the reply says so', async () => {
  const answer = await call({ ...fairlead, body: { model: 'both/dear', messages } });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers['x-fairlead-endpoint'], 'both/dear@cheap');
  const clamped = Number(answer.headers['x-fairlead-clamped']);
  assert.ok(clamped > 900 && clamped <= 1000, `${clamped} tokens for a dollar at $1,000 a million`);
  const sent = JSON.parse(upstream.received.at(-1)?.body.toString() ?? '{}') as { max_tokens?: number };
  assert.equal(sent.max_tokens, clamped);
});
