// How long a model may take to its first content: what the file says, five times the usual for who thinks without showing it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFrom } from './config-from.ts';

const unseen = [
  'openai/o3',
  'openai/gpt-5.1-codex',
  'openai/gpt-5',
  'google/gemini-2.5-pro',
  'google/gemini-3-pro-preview',
  'x-ai/grok-4',
];
const others = [
  'openai/gpt-5-chat',
  'openai/gpt-4o',
  'openai/gpt-image-1',
  'google/gemini-2.5-flash',
  'own/o3',
  'deepseek/deepseek-r1',
];
const offers = [...unseen, ...others].map((name, index) => `m${index}: { as: ${name}, price: free }`).join(', ');
const upstream = `upstreams: { one: { base_url: 'http://127.0.0.1:9/v1', models: { ${offers} } } }`;

async function waitsOf(more: string): Promise<Readonly<Record<string, number | undefined>>> {
  const { models } = await configFrom({ yaml: `${upstream}\n${more}` });
  return Object.fromEntries(models.map(({ id, firstContentMs }) => [id, firstContentMs]));
}

test('who thinks without showing it has five minutes where others have one', async () => {
  const waits = await waitsOf('');

  for (const id of unseen) assert.equal(waits[id], 300_000, id);
  for (const id of others) assert.equal(waits[id], undefined, id);
});

test('it follows the deadline for all, and what the file says of a model comes before it', async () => {
  const waits = await waitsOf(
    'deadlines: { first_content_ms: 20000, divide_by: 10 }\nmodels: { openai/o3: { first_content_ms: 70000 } }',
  );

  assert.deepEqual([waits['openai/gpt-5'], waits['openai/o3'], waits['own/o3']], [10_000, 7_000, undefined]);
});
