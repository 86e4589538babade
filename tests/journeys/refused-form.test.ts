import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ask, call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

test('a connection whose form was refused serves the next request', async (t) => {
  const { url, key } = await runFairlead(t);
  const form = { url, path: '/setup/nobody', body: Buffer.alloc(3_000_000, 'a') };
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const statuses = [];
  for (const isChunked of [true, false]) {
    statuses.push((await call({ ...form, headers, isChunked })).status);
    statuses.push((await call({ url, key, body: ask('sandbox/echo') })).status);
  }
  assert.deepEqual(statuses, [413, 200, 413, 200]);
});
