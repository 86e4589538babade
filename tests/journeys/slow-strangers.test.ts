// Strangers who hold answers open take the places of their own network, and nobody else's.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { originReader } from '#http/data/caller-origin.ts';
import { PassThrough } from '#http/data/pass-through.ts';
import { eventually } from './running-fairlead.ts';

const folder = mkdtempSync(join(tmpdir(), 'fairlead-strangers-'));
const socketPath = join(folder, 'console');
/** A console that answers when the test says so. */
const held: ServerResponse[] = [];
const consoleServer = createServer((_, response) => held.push(response));
const passThrough = new PassThrough({
  consoleSocket: async () => socketPath,
  simulatorPort: undefined,
  bodyMs: 30_000,
  originOf: originReader(['127.0.0.1']),
});
const server = createServer((request, response) => passThrough.pass(request, response));
after(() => {
  for (const each of [server, consoleServer]) {
    each.closeAllConnections();
    each.close();
  }
  rmSync(folder, { recursive: true });
});
await Promise.all([
  once(consoleServer.listen(socketPath), 'listening'),
  once(server.listen(0, '127.0.0.1'), 'listening'),
]);
const { port } = server.address() as AddressInfo;

function statusFor(from: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-forwarded-for': from };
    const asked = get({ port, host: '127.0.0.1', headers, agent: false, timeout: 20_000 }, (reply) =>
      resolve(reply.resume().statusCode),
    );
    asked.on('timeout', () => asked.destroy(new Error('no answer')));
    asked.on('error', reject);
  });
}

test('a network has 32 requests in flight, whichever of its addresses asks, and another one is served meanwhile', async () => {
  const strangers = Array.from({ length: 32 }, (_, index) => statusFor(`203.0.113.${index + 1}`));
  await eventually(async () => assert.equal(held.length, 32));
  assert.equal(await statusFor('203.0.113.200'), 503);
  const other = statusFor('198.51.100.7');
  await eventually(async () => assert.equal(held.length, 33));
  held.pop()?.end('{}');
  assert.equal(await other, 200);

  for (const each of held.splice(0)) each.end('{}');
  assert.deepEqual(new Set(await Promise.all(strangers)), new Set([200]));
  const again = statusFor('203.0.113.200');
  await eventually(async () => assert.equal(held.length, 1));
  held.pop()?.end('{}');
  assert.equal(await again, 200, 'a place that was given back is there again');
});

test('this machine is no network: a proxy there that nobody named stands for all its callers', async () => {
  const callers = Array.from({ length: 40 }, () => statusFor('127.0.0.1'));
  await eventually(async () => assert.equal(held.length, 40));

  for (const each of held.splice(0)) each.end('{}');
  assert.deepEqual(new Set(await Promise.all(callers)), new Set([200]));
});
