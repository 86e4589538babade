// A service tier costs its own price for who asked for it and got it, in every dialect that has tiers.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, generationOf } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';
import { sse, startUpstream } from './scripted-upstream.ts';

/** Serves what its address says, whatever was asked for. */
const upstream = await startUpstream({ after }, ({ path, body, response }) => {
  const served = path.includes('/served-flex/') ? 'flex' : 'default';
  if (path.endsWith('/messages')) {
    const usage = { input_tokens: 1_000, output_tokens: 100, service_tier: served === 'flex' ? 'flex' : 'standard' };
    const content = [{ type: 'text', text: 'x'.repeat(400) }];
    const message = {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content,
      stop_reason: 'end_turn',
      usage,
    };
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(message));
  }
  const usage = { prompt_tokens: 1_000, completion_tokens: 100, total_tokens: 1_100 };
  const about = { id: 'c', created: 1, model: 'm', service_tier: served };
  if (!JSON.parse(body.toString()).stream) {
    const choice = { index: 0, message: { role: 'assistant', content: 'x'.repeat(400) }, finish_reason: 'stop' };
    const whole = { ...about, object: 'chat.completion', choices: [choice], usage };
    return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(whole));
  }
  const choice = { index: 0, delta: { content: 'x'.repeat(400) }, finish_reason: 'stop' };
  const chunks = [
    { ...about, object: 'chat.completion.chunk', choices: [choice] },
    { ...about, object: 'chat.completion.chunk', choices: [], usage },
  ].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`);
  response.writeHead(200, sse).end(`${chunks.join('')}data: [DONE]\n\n`);
});

const price = 'price: { input: 2, output: 10, service_tiers: { flex: 0.5 } }';
const rows = ['served-flex', 'served-default'].flatMap((served) => [
  `  ${served}: { base_url: ${upstream.url}/${served}, type: self_hosted, models: { m: { as: chat/${served}, ${price} } } }`,
  `  ${served}-anthropic: { base_url: ${upstream.url}/${served}, protocols: [anthropic-messages], type: self_hosted, models: { m: { as: messages/${served}, ${price} } } }`,
]);
const fairlead = await runFairlead({ after }, { config: `upstreams:\n${rows.join('\n')}\n` });
const messages = [{ role: 'user', content: 'x'.repeat(4_000) }];

/** 1,000 × $2 + 100 × $10 per million. */
const ordinary = '0.003000000';
const half = '0.001500000';

for (const dialect of ['chat', 'messages']) {
  for (const stream of [false, true]) {
    for (const [asked, served, paid] of [
      ['flex', 'flex', half],
      ['flex', 'default', ordinary],
      [undefined, 'flex', ordinary],
    ] as const) {
      // Who asks in chat for a model that speaks Messages is translated, and so is its tier: see the matrix.
      if (dialect === 'messages' && (stream || asked !== undefined)) continue;
      test(`${dialect}${stream ? ', streamed' : ''}: asked for ${asked ?? 'nothing'}, served ${served}: $${paid}`, async () => {
        const body = { model: `${dialect}/served-${served}`, messages, stream, service_tier: asked, max_tokens: 200 };
        const answer = await call({ ...fairlead, body });

        assert.equal(answer.status, 200);
        const told = await fairlead.explain(generationOf(answer));
        assert.equal(told.charge_usd, paid);
      });
    }
  }
}
