import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { after, before, test } from 'node:test';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import { oddRows } from './odd-fault-rows.ts';
import { callRaw, type Where } from './raw-client.ts';
import { tongues } from './tongues.ts';

// Faults of HTTP, encodings and JSON look alike in all dialects: they are read from the wire.

let simulator: Simulator;
const delivered: string[] = [];

before(async () => {
  simulator = await startSimulator({
    port: 0,
    timeScale: 1e6,
    onFault: (mode, mark) => delivered.push(`${mode} ${mark}`),
  });
});

after(() => simulator.close());

/** None of these is silent: a busy machine may take its time. */
const patienceMs = 10_000;

type Asking = {
  readonly name: string;
  where(model: string, isStream: boolean): Where;
  ask(model: string, isStream: boolean, text: string): object;
};

const bearer = ['authorization: Bearer any'];

const askings: readonly Asking[] = [
  ...tongues,
  {
    name: 'openai-chat',
    where: () => ({ path: '/v1/chat/completions', headers: bearer }),
    ask: (model, stream, content) => ({ model, stream, messages: [{ role: 'user', content }] }),
  },
  {
    name: 'openai-responses',
    where: () => ({ path: '/v1/responses', headers: bearer }),
    ask: (model, stream, input) => ({ model, stream, input }),
  },
  {
    name: 'openai-completions',
    where: () => ({ path: '/v1/completions', headers: bearer }),
    ask: (model, stream, prompt) => ({ model, stream, prompt, max_tokens: 500 }),
  },
];

for (const asking of askings) {
  for (const [mode, check] of oddRows) {
    test(`${asking.name}: fault-${mode} comes as promised, streamed and not`, async () => {
      for (const isStream of [true, false]) {
        // A Gemini array has no comments, and what is not JSON cannot be framed in it.
        if (asking.name.endsWith('an array') && isStream && /^(comments-only|json-)/.test(mode)) continue;
        const mark = `cell-${asking.name.replace(/\W/g, '').slice(-8)}${Number(isStream)}`;
        const model = `sandbox/fault-${mode}~4f`;
        const body = asking.ask(model, isStream, `a secret canary ${mark}`);
        check(await callRaw(simulator, body, asking.where(model, isStream), patienceMs), isStream);
        assert.ok(delivered.includes(`${mode} ${mark}`), 'the simulator must know that it delivered the fault');
      }
    });
  }
}

test('a tool is called with a letter in two halves, or with arguments that are no JSON', async () => {
  const tools = [{ type: 'function', function: { name: 'feel', parameters: { type: 'object' } } }];
  const messages = [{ role: 'user', content: 'feel' }];
  const argumentsOf = async (mode: string) => {
    const seen = await callRaw(simulator, { model: `sandbox/fault-${mode}`, messages, tools });
    return JSON.parse(String(seen.body)).choices[0].message.tool_calls[0].function.arguments;
  };

  assert.deepEqual(JSON.parse(await argumentsOf('tool-surrogates')), { mood: '\ud83d\ude00' });
  assert.throws(JSON.parse.bind(undefined, await argumentsOf('tool-broken')));
});

test('a connection that was used before is closed, a fresh one is answered', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ask = () =>
    new Promise<number>((resolve) => {
      const body = JSON.stringify({
        model: 'sandbox/fault-closed-on-reuse',
        messages: [{ role: 'user', content: 'cell-reuse' }],
      });
      const sent = request(`${simulator.url}/chat/completions`, {
        ...{ agent, method: 'POST' },
        headers: { authorization: 'Bearer any', 'content-length': String(body.length) },
      });
      sent.on('error', () => resolve(0));
      sent.on('response', (answer) => answer.resume().on('end', () => resolve(answer.statusCode ?? 0)));
      sent.end(body);
    });

  assert.deepEqual([await ask(), delivered.includes('closed-on-reuse cell-reuse')], [200, false]);
  assert.deepEqual([await ask(), delivered.includes('closed-on-reuse cell-reuse')], [0, true]);
  agent.destroy();
});
