// Failing over costs the attempt that failed, and next to nothing beyond it.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call, type Reply } from '../journeys/caller.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { type Behaviour, buildWall } from './wall.ts';

const trials = 31;
const addedMsMax = 50;
const error = { message: 'busy', type: 'server_error', param: null, code: 'overloaded' };
const numbers = Array.from({ length: trials }, (_, index) => index);

// An endpoint of its own for each trial: who fails often is not asked any more.
const behaviours = new Map<string, Behaviour>(
  numbers.map((index) => [`bad-${index}`, { kind: 'refuses', times: Number.POSITIVE_INFINITY, status: 503, error }]),
);
const wall = await buildWall({ after }, behaviours, 1);
const models = (line: (index: number) => string) => numbers.map((index) => `      ${line(index)}`).join('\n');
const fairlead = await runFairlead(
  { after },
  {
    config: `
routing: { strategy: order }
upstreams:
  first:
    base_url: ${wall.url}
    data: { trains: false }
    api_key: a
    models:
${models((index) => `bad-${index}: { as: pair/${index}, price: free }`)}
  second:
    base_url: ${wall.url}
    data: { trains: false }
    api_key: b
    models:
${models((index) => `good-${index}: { as: pair/${index}, price: free }`)}
      good: { as: alone, price: free }
`,
  },
);

test('failing over adds at most 50 ms to the failed attempt and the good one', async () => {
  const failed: number[] = [];
  const alone: number[] = [];
  const over: number[] = [];
  for (const index of numbers) {
    // Retries are at most a fifth of the requests.
    for (let each = 0; each < 5; each += 1) alone.push((await ask('alone')).ms);
    failed.push((await call({ url: wall.url, path: '/chat/completions', body: bodyOf(`bad-${index}`) })).ms);
    const reply = await ask(`pair/${index}`);
    assert.deepEqual([reply.status, reply.headers['x-fairlead-attempts']], [200, '2']);
    over.push(reply.ms);
  }

  const added = median(over) - median(alone) - median(failed);
  process.stdout.write(
    `failing over adds ${added.toFixed(1)} ms: ${median(over).toFixed(1)} ms with it, ${median(alone).toFixed(1)} ms without, ${median(failed).toFixed(1)} ms the bare failed exchange; medians of ${trials}\n`,
  );
  assert.ok(added <= addedMsMax, `${added} ms`);
});

function ask(model: string): Promise<Reply> {
  return call({ url: fairlead.url, key: fairlead.key, body: bodyOf(model) });
}

function bodyOf(model: string) {
  return { model, messages: [{ role: 'user', content: 'q' }] };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}
