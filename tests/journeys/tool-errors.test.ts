// An endpoint whose tool calls nobody can use is told of, by kind, and nothing of what was called is kept.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';
import { startUpstream } from './scripted-upstream.ts';

const upstream = await startUpstream({ after }, ({ response }) => {
  const tool_calls = [{ id: 'c', type: 'function', function: { name: 'weather', arguments: '{"city":7}' } }];
  const message = { role: 'assistant', content: null, tool_calls };
  const usage = { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 };
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, message, finish_reason: 'tool_calls' }], usage }),
  );
});
const config = `upstreams: { own: { base_url: '${upstream.url}', data: { trains: false }, api_key: a, models: { m: { as: own/m, price: free } } } }`;
const fairlead = await runFairlead({ after }, { config });
const { url, key } = fairlead;
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function', function: { name: 'weather', parameters } }];

test('inputs that do not fit the schema of their tool', async () => {
  await eventually(async () => {
    await Promise.all(Array.from({ length: 20 }, () => call({ url, key, body: ask('own/m', { tools }) })));
    const reply = await call({ url, key, path: '/api/v1/models/own/m/endpoints', method: 'GET' });
    const [endpoint] = JSON.parse(reply.body.toString()).data.endpoints;
    assert.equal(endpoint.tool_call_error_rate_last_30m, 100);
    assert.deepEqual(endpoint.tool_call_errors_last_30m, { invalid_json: 0, unknown_name: 0, schema_mismatch: 100 });
  }, 30_000);
});
