// A workspace accepts a version of the policy, once and for good, and can show what it accepted and what is true now.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { call } from './caller.ts';
import { runFairlead } from './running-fairlead.ts';

const fairlead = await runFairlead({ after });
const { url, key } = fairlead;
const { key: manager } = await fairlead.ask<{ key: string }>('key-create', { role: 'management' });
const path = '/api/v1/privacy/acceptances';
const get = async (at: string, secret = manager) => await call({ url, key: secret, path: at, method: 'GET' });
const dataOf = async <Value>(at: string) => (JSON.parse((await get(at)).body.toString()) as { data: Value }).data;
const accept = (version: string, secret = manager) => call({ url, key: secret, path, body: { version } });

type Acceptances = {
  readonly in_force: string;
  readonly is_accepted: boolean;
  readonly accepted: readonly {
    readonly version: string;
    readonly hash: string;
    readonly actor: string;
    readonly at: string;
  }[];
};

test('a version that is published is accepted by whoever leads the workspace, and the first word stays', async () => {
  const before = await dataOf<Acceptances>(path);
  assert.deepEqual([before.in_force, before.is_accepted, before.accepted], ['strict-1', false, []]);
  assert.equal((await accept('strict-99')).status, 400);
  assert.equal((await accept('strict-1', key)).status, 403, 'a key that asks models accepts nothing');

  const made = await accept('strict-1');
  assert.equal(made.status, 200, made.body.toString());
  const policy = JSON.parse((await call({ url, path: '/privacy.json', method: 'GET' })).body.toString()) as {
    hash: string;
  };
  const first = await dataOf<Acceptances>(path);
  assert.equal(first.is_accepted, true);
  assert.equal(first.accepted[0]?.hash, policy.hash, 'it names the text itself');

  await accept('strict-1');
  assert.deepEqual((await dataOf<Acceptances>(path)).accepted, first.accepted);
  const other = await fairlead.ask<{ id: string }>('workspace-create', { name: 'other' });
  const { accepted } = await fairlead.ask<Acceptances>('policy-acceptances', { workspace: other.id });
  assert.deepEqual(accepted, []);
});

test('the evidence names what was accepted, endpoints, recipients, transfers, retention, and a signed head of the log', async () => {
  const evidence = await dataOf<Record<string, unknown>>('/api/v1/privacy/evidence');
  assert.equal((evidence.policy as Acceptances).is_accepted, true);
  assert.ok((evidence.endpoints as readonly { id: string }[]).some(({ id }) => id === 'sandbox/echo@sandbox'));
  assert.deepEqual(evidence.transfers, []);
  assert.deepEqual((evidence.retention as { usage_days: number }).usage_days, 90);
  assert.ok((evidence.log_head as { signature: string }).signature);
});
