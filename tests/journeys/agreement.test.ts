// J14: who gets data, under which contract, and the agreement that an owner accepts for its workspace.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, test } from 'node:test';
import { agreementClauses, agreementNow, agreementRevisions } from '#core/privacy/agreement/agreement-text.ts';
import { canonicalJson } from '#core/trust/canonical-json.ts';
import { Browser, setUp } from './browser.ts';
import { call } from './caller.ts';
import { runFairlead, runInFolder } from './running-fairlead.ts';

const config = `
policy: { operator: Harbour Systems, contact: privacy@harbour.example }
mail: { smtp: "smtp://user:secret@127.0.0.1:9", from: "Harbour <no-reply@harbour.example>" }
sub_processors:
  near: { contract: "Addendum 3", date: 2026-02-01, link: "https://near.example/dpa", basis: standard_clauses }
  hosting: { who: Pier Machines, role: runs the machines, receives: all that is kept here, region: de, contract: Hosting agreement, date: 2025-11-01 }
upstreams:
  near: { base_url: "http://127.0.0.1:9/v1", region: us, type: host, data: { trains: false }, models: { m: { as: r/m, price: free } } }
  far: { base_url: "http://127.0.0.1:9/v1", api_key: c, region: us, type: host, data: { trains: false }, models: { m: { as: r/m, price: free } } }
  own: { base_url: "http://127.0.0.1:9/v1", api_key: e, type: self_hosted, models: { m: { as: r/m, price: free } } }
`;
const fairlead = await runFairlead({ after }, { config });
const { url } = fairlead;
const get = async (path: string) => (await call({ url, path, method: 'GET' })).body.toString();
const jsonOf = async <Value>(path: string) => JSON.parse(await get(path)) as Value;
const owner = await setUp(fairlead);

type Party = {
  readonly name: string;
  readonly provider: string;
  readonly needs_contract: boolean;
  readonly contract: { readonly what: string; readonly date: string | null; readonly basis: string | null } | null;
};
type Agreement = {
  readonly version: string;
  readonly hash: string;
  readonly annexes_hash: string;
  readonly can_be_accepted: boolean;
  readonly clauses: readonly { readonly text: string }[];
  readonly annexes: { readonly sub_processors: readonly Party[]; readonly measures: readonly unknown[] };
};

test('each who gets data is shown with its contract, or that none is on record', async () => {
  const rows = await jsonOf<readonly Party[]>('/subprocessors.json');
  assert.deepEqual(
    rows.map(({ name, contract, needs_contract }) => [
      name,
      contract?.what ?? null,
      contract?.basis ?? null,
      needs_contract,
    ]),
    [
      ['near', 'Addendum 3', 'standard_clauses', true],
      ['far', null, null, true],
      ['own', null, null, false],
      ['mail', null, null, true],
      ['hosting', 'Hosting agreement', null, true],
    ],
  );
  assert.equal(rows.find(({ name }) => name === 'mail')?.provider, '127.0.0.1', 'its host, and nothing that lets in');
  const page = await get('/subprocessors');
  assert.equal(page.split('None on record').length - 1, 2);
  assert.match(page, /Addendum 3[\s\S]*from 2026-02-01, standard clauses/);
  assert.ok(!page.includes('user:secret') && !JSON.stringify(rows).includes('secret'));
});

test('the agreement has its clauses with the names, and annexes of what is configured and tested now', async () => {
  const shown = await jsonOf<Agreement>('/legal/dpa.json');
  assert.deepEqual(
    [shown.version, shown.hash, shown.can_be_accepted],
    [agreementNow().version, agreementNow().hash, true],
  );
  assert.ok(shown.clauses.some(({ text }) => text.includes('Harbour Systems')));
  assert.ok(
    shown.clauses.every(({ text }) => !/[{}]/.test(text)),
    'no name is left open',
  );
  assert.deepEqual(
    shown.annexes.sub_processors.map(({ name }) => name),
    ['near', 'far', 'mail', 'hosting'],
  );
  assert.ok(shown.annexes.measures.length > 5);
  const page = await get('/legal/dpa');
  assert.ok(page.includes(shown.hash) && page.includes(shown.annexes_hash) && page.includes('None on record'));
  assert.doesNotMatch(page, /<script/);
});

test('an owner accepts it in the words that are shown, once; nobody else does', async () => {
  const { version, hash, annexes_hash } = await jsonOf<Agreement>('/legal/dpa.json');
  const wrong = await owner.post('/api/v1/agreement', {
    version,
    hash: hash.replace(/^./, (at) => (at === '0' ? '1' : '0')),
  });
  assert.equal(wrong.status, 409, wrong.text);
  assert.equal((await owner.post('/api/v1/agreement', { version: 'dpa-9', hash })).status, 409);
  const managing = (await fairlead.ask<{ key: string }>('key-create', { name: 'm', role: 'management' })).key;
  const byKey = await call({ url, key: managing, path: '/api/v1/agreement', body: { version, hash } });
  assert.equal(byKey.status, 403);
  assert.equal((await new Browser(url).post('/api/v1/agreement', { version, hash })).status, 401);

  const accepted = await owner.post('/api/v1/agreement', { version, hash });

  assert.equal(accepted.status, 200, accepted.text);
  assert.equal(
    (await owner.post('/api/v1/agreement', { version, hash })).json<{ data: { is_new: boolean } }>().data.is_new,
    false,
  );
  type Kept = { version: string; hash: string; annexes_hash: string; operator: string; actor: string; at: string };
  const listed = (await owner.visit('/api/v1/agreement')).json<{ data: { is_accepted: boolean; accepted: Kept[] } }>()
    .data;
  const [kept] = listed.accepted;
  assert.equal(listed.is_accepted, true);
  assert.deepEqual(
    [kept?.version, kept?.hash, kept?.annexes_hash, kept?.operator],
    [version, hash, annexes_hash, 'Harbour Systems'],
  );
  const me = (await owner.visit('/api/v1/me')).json<{ person: { id: string } }>().person;
  assert.equal(kept?.actor, me.id);
  const pack = (await owner.visit('/api/v1/privacy/evidence')).json<{
    data: { agreement: { is_accepted: boolean } };
  }>();
  assert.equal(pack.data.agreement.is_accepted, true);
});

test('with another operator than it was accepted with, it is accepted anew', async () => {
  const { version, hash } = await jsonOf<Agreement>('/legal/dpa.json');
  await fairlead.stop();
  const again = await runInFolder({ after }, fairlead.folder, {
    config: config.replaceAll('Harbour Systems', 'Quay Systems'),
  });
  const workspace = (await again.ask<{ id: string; name: string }[]>('workspace-list'))[0]?.id;
  type Listed = { is_accepted: boolean; accepted: { operator: string }[] };
  const before = await again.ask<Listed>('agreement-list', { workspace });
  const accepted = await again.ask<{ is_new: boolean }>('agreement-accept', {
    workspace,
    version,
    hash,
    actor: 'per_1',
  });
  const listed = await again.ask<Listed>('agreement-list', { workspace });

  assert.deepEqual([before.is_accepted, accepted.is_new, listed.is_accepted], [false, true, true]);
  assert.deepEqual(
    new Set(listed.accepted.map(({ operator }) => operator)),
    new Set(['Harbour Systems', 'Quay Systems']),
  );
});

test('while nobody said who the operator is, it cannot be accepted, and says so', async (t) => {
  const unnamed = await runFairlead(t);
  const shown = JSON.parse(
    (await call({ url: unnamed.url, path: '/legal/dpa.json', method: 'GET' })).body.toString(),
  ) as Agreement;
  assert.equal(shown.can_be_accepted, false);
  const { version, hash } = shown;
  await assert.rejects(unnamed.ask('agreement-accept', { version, hash, actor: 'per_1' }));
  assert.match(
    (await call({ url: unnamed.url, path: '/legal/dpa', method: 'GET' })).body.toString(),
    /cannot be accepted yet/,
  );
});

test('words that somebody accepted stay as they are: others are another revision', () => {
  const hash = createHash('sha256').update(canonicalJson(agreementClauses)).digest('hex');
  assert.equal(agreementRevisions.at(-1)?.hash, hash, 'Add a revision.');
  assert.deepEqual(
    agreementRevisions.map(({ revision }) => revision),
    agreementRevisions.map((_, index) => index + 1),
  );
});
