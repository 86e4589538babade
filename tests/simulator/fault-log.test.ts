import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ServedLine } from '#simulator/served-line.ts';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import { callRaw } from './raw-client.ts';

let simulator: Simulator;
const served: ServedLine[] = [];

before(async () => {
  simulator = await startSimulator({ port: 0, onServed: (line) => served.push(line) });
});

after(() => simulator.close());

const messages = [{ role: 'user', content: 'go' }];

test('a flaky model fails as often as it says for each question, then answers, then fails again', async () => {
  const ask = async (content: string) => {
    const seen = await callRaw(simulator, { model: 'sandbox/fault-flaky-2', messages: [{ role: 'user', content }] });
    return seen.status;
  };
  const statuses = [await ask('a'), await ask('a'), await ask('b'), await ask('a'), await ask('a')];

  assert.deepEqual(statuses, [503, 503, 503, 200, 503]);
});

test('who follows the redirect is counted', async () => {
  const init = { method: 'POST', headers: { authorization: 'Bearer any' } };
  const body = JSON.stringify({ model: 'fault-redirect', messages });
  await fetch(`${simulator.url}/chat/completions`, { ...init, body });
  const reply = await fetch(new URL('/simulator/stats', simulator.url));

  assert.equal(((await reply.json()) as { redirects_followed: number }).redirects_followed, 1);
});

test('a fault is logged with what left the socket before it', async () => {
  await callRaw(simulator, { model: 'sandbox/fault-reset-mid-4', stream: true, messages });
  const line = served.findLast(({ model }) => model === 'sandbox/fault-reset-mid-4');

  assert.deepEqual([line?.sent, line?.output, line?.ended, line?.status], [3, 3, 'fault', 200]);
});

test('a stall that its caller leaves is logged as aborted', async () => {
  await callRaw(simulator, { model: 'sandbox/fault-stall-6', stream: true, messages });
  await fetch(new URL('/simulator/stats', simulator.url));
  const line = served.findLast(({ model }) => model === 'sandbox/fault-stall-6');

  assert.deepEqual([line?.sent, line?.ended], [5, 'aborted']);
});

test('a simulator that is stopped in the middle says so', async () => {
  const lines: ServedLine[] = [];
  const own = await startSimulator({ port: 0, onServed: (line) => lines.push(line) });
  const waiting = callRaw(own, { model: 'sandbox/pace-10-500', stream: true, messages });
  await new Promise((resolve) => setTimeout(resolve, 60));
  await own.close();
  await waiting;

  assert.deepEqual([lines[0]?.ended, lines.length], ['fault', 1]);
});
