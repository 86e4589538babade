// A key gets a new secret: the old one works through the overlap and not a moment longer, both are one key to every limit.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ask, call } from './caller.ts';
import { eventually, runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after }, {});
const { url } = fairlead;
const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { name: 'boss', role: 'management' });

type Made = { readonly id: string; readonly key: string };
type Shown = {
  readonly hint: string;
  readonly changed_at: string | null;
  readonly old_secrets: readonly { readonly hint: string; readonly until: string }[];
};

const make = (args: object = {}) => fairlead.ask<Made>('key-create', args);
const statusOf = async (key: string) => (await call({ url, key, body: ask('sandbox/echo') })).status;

test('both secrets work through the overlap, with one limit over both', async () => {
  const { id, key: old } = await make({ limit_requests: 4 });
  assert.equal(await statusOf(old), 200);

  const { key: renewed } = await fairlead.ask<Made>('key-rotate', { id, overlap: '1h' });

  assert.notEqual(renewed, old);
  assert.deepEqual([await statusOf(renewed), await statusOf(old), await statusOf(renewed)], [200, 200, 200]);
  assert.deepEqual([await statusOf(old), await statusOf(renewed)], [429, 429]);
  const { hint, old_secrets: secrets, changed_at } = await fairlead.ask<Shown>('key-show', { id });
  assert.deepEqual([hint, secrets.map((secret) => secret.hint)], [renewed.slice(-4), [old.slice(-4)]]);
  const left = Date.parse(secrets[0]?.until ?? '') - Date.now();
  assert.ok(left > 3_500_000 && left <= 3_600_000 && changed_at !== null);
});

test('the overlap ends by itself, also where the key is cached', async () => {
  const { id, key: old } = await make();
  const { key: renewed } = await fairlead.ask<Made>('key-rotate', { id, overlap: '2s' });

  assert.equal(await statusOf(old), 200);
  await eventually(async () => assert.equal(await statusOf(old), 401));

  assert.equal(await statusOf(renewed), 200);
});

test('without an overlap, or when it is cut, the old secret is refused within a second', async () => {
  const [first, second] = [await make(), await make()];
  assert.deepEqual([await statusOf(first.key), await statusOf(second.key)], [200, 200]);

  const { key: renewed } = await fairlead.ask<Made>('key-rotate', { id: first.id, overlap: '0' });
  await eventually(async () => assert.equal(await statusOf(first.key), 401), 1_000);
  await fairlead.ask('key-rotate', { id: second.id });
  assert.equal(await statusOf(second.key), 200);
  await fairlead.ask('key-cut', { id: second.id });
  await eventually(async () => assert.equal(await statusOf(second.key), 401), 1_000);

  assert.equal(await statusOf(renewed), 200);
  await fairlead.ask('key-disable', { id: first.id });
  await eventually(async () => assert.equal(await statusOf(renewed), 401), 1_000);
});

test('a disabled or deleted key comes back with no secret of it', async () => {
  const { id, key: old } = await make();
  await fairlead.ask('key-rotate', { id });
  assert.equal(await statusOf(old), 200);

  await fairlead.ask('key-delete', { id });

  await eventually(async () => assert.equal(await statusOf(old), 401), 1_000);
});

test('four old secrets may work at a time, and an overlap is up to thirty days', async () => {
  const { id } = await make();
  for (let round = 0; round < 4; round += 1) await fairlead.ask('key-rotate', { id });
  const refusedWith = (args: object, why: RegExp) =>
    assert.rejects(fairlead.ask('key-rotate', args), (thrown: Error & { sentence?: string }) =>
      why.test(thrown.sentence ?? thrown.message),
    );

  await refusedWith({ id }, /Four old secrets/);
  await refusedWith({ id, overlap: '31d' }, /up to 30d/);
  await refusedWith({ id, overlap: 'soon' }, /30m, 24h/);
});

test('the account API rotates and cuts, for management keys of the same workspace', async () => {
  const { id, key: old } = await make({ tags: 'batch' });
  const post = (path: string, secret: string, body?: unknown) =>
    call({ url, key: secret, path, method: 'POST', ...(body === undefined ? {} : { body }) });

  assert.equal((await post(`/api/v1/keys/${id}/rotate`, old)).status, 403);
  const rotated = await post(`/api/v1/keys/${id}/rotate`, manager, { overlap: '1h' });
  const { data, key: renewed } = JSON.parse(rotated.body.toString()) as { data: Record<string, unknown>; key: string };

  assert.equal(rotated.status, 200);
  assert.deepEqual([data.tags, data.label], [['batch'], `sk-fl-...${renewed.slice(-4)}`]);
  assert.deepEqual([await statusOf(old), await statusOf(renewed)], [200, 200]);
  assert.equal((await post(`/api/v1/keys/${id}/cut`, manager)).status, 200);
  await eventually(async () => assert.equal(await statusOf(old), 401), 1_000);
  assert.equal((await post(`/api/v1/keys/${id}/rotate`, manager, { overlap: 'never' })).status, 400);
});
