// Upstreams while Fairlead runs: added, tested, priced, stopped and removed, on every gateway, without a restart and without a lost answer.
import assert from 'node:assert/strict';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freshFolder, startFairlead } from '../support/fairlead-process.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { call, generationOf, openCall } from './caller.ts';
import { eventually, runFairlead, runInFolder } from './running-fairlead.ts';
import { answerOf, chunkOf, sse, startUpstream } from './scripted-upstream.ts';

const skip = postgresPrograms() === undefined ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false;
if (skip && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');
let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());

const secret = 'harbour-secret-a8Zq1vLk93';
const messages = [{ role: 'user', content: 'Hello' }];
const priced = { input: '2', output: '10' };

type Listed = {
  readonly name: string;
  readonly enabled: boolean;
  readonly decided_by: string | null;
  readonly overruled: boolean;
  readonly credential: string | null;
  readonly models: readonly { readonly id: string; readonly price: { readonly input: string } }[];
  readonly test: { readonly ok: boolean; readonly fault: string | null } | null;
};

async function answering() {
  return await startUpstream({ after }, ({ response, headers }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(answerOf(String(headers.authorization ?? 'nobody')));
  });
}

const harbour = await answering();
const fairlead = await runFairlead(
  { after },
  {
    config: `
upstreams:
  quay: { base_url: '${harbour.url}', data: { trains: false }, models: { m: { as: quay/m, price: { input: 1, output: 1 } } } }
`,
  },
);
const asked = async (model: string) => await call({ ...fairlead, body: { model, messages } });
const list = async () => await fairlead.ask<readonly Listed[]>('upstream-list');
const find = async (name: string) => (await list()).find((each) => each.name === name);

function described(url: string, more: object = {}) {
  const models = { rope: { as: 'harbour/rope', price: priced } };
  return { base_url: url, api_key: secret, type: 'host', data: { trains: false, retention_days: 0 }, models, ...more };
}

test('an upstream that is added answers within a second, with its own credential', async () => {
  assert.equal((await asked('harbour/rope')).status, 404);

  await fairlead.ask('upstream-add', { name: 'harbour', upstream: described(harbour.url) });

  await eventually(async () => assert.equal((await asked('harbour/rope')).status, 200), 1_000);
  assert.equal(harbour.received.at(-1)?.headers.authorization, `Bearer ${secret}`);
  const shown = await find('harbour');
  assert.equal(shown?.decided_by, null);
  assert.equal(shown?.credential, '••••Lk93');
});

test('a test is an ordinary generation that the operator pays for', async () => {
  await fairlead.explain(generationOf(await asked('harbour/rope')));
  const { spent } = await fairlead.settledWallet();

  const tested = await fairlead.ask<{ ok: boolean; status: number; generation: string }>('upstream-test', {
    name: 'harbour',
  });

  assert.deepEqual([tested.ok, tested.status], [true, 200]);
  const explained = await fairlead.explain(tested.generation);
  assert.equal(explained.attempts[0]?.endpoint, 'harbour/rope@harbour');
  assert.equal((await fairlead.settledWallet()).spent, spent, 'no customer pays for it');
  assert.equal((await find('harbour'))?.test?.ok, true);
});

test('the credential stands nowhere as it was given, and no list shows it', async () => {
  const files = globSync(join(fairlead.dataDir, '**')).filter((file) => statSync(file).isFile());

  assert.ok(files.length > 3);
  for (const file of files) assert.ok(!readFileSync(file).includes(secret), `${file} holds the credential`);
  assert.ok(!JSON.stringify(await list()).includes(secret));
  assert.ok(!fairlead.stderr().includes(secret));
});

test("it is judged by the rules of the file, in the file's words", async () => {
  const add = (name: string, upstream: object) => fairlead.ask('upstream-add', { name, upstream });

  await assert.rejects(add('pier', described(harbour.url, { base_ur: 'x' })), {
    sentence: /base_ur is not a setting; did you mean "base_url"/,
  });
  await assert.rejects(add('pier', { models: {} }), {
    sentence: /upstreams\.pier\.base_url is missing: add the address/,
  });
  await assert.rejects(add('pier', { base_url: harbour.url, models: { m: {} } }), {
    sentence: /upstreams\.pier\.models\.m has no price here or in the catalogue/,
  });
  await assert.rejects(add('sandbox', described(harbour.url)), { sentence: /named in the configuration/ });
  await assert.rejects(add('pier', described(harbour.url)), { sentence: /same account as "harbour"/ });
  await assert.rejects(add('harbour', described(harbour.url, { api_key: 'other' })), { sentence: /already/ });
});

test('what the file names, the file decides', async () => {
  await assert.rejects(fairlead.ask('upstream-change', { name: 'quay', enabled: false }), {
    sentence: /fairlead\.yaml, line 3/,
  });
  await assert.rejects(fairlead.ask('price-set', { endpoint: 'quay/m@quay', price: priced }), {
    sentence: /stands in fairlead\.yaml, line 3/,
  });
  assert.match((await find('quay'))?.decided_by ?? '', /fairlead\.yaml, line 3/);
});

test('a price that is set holds from its instant on, and what was charged stays', async () => {
  const before = generationOf(await asked('harbour/rope'));
  const charged = (await fairlead.explain(before)).charge_usd;

  await fairlead.ask('price-set', { endpoint: 'harbour/rope@harbour', price: { input: '200', output: '1000' } });
  const since = new Date(Date.now() + 1_500).toISOString();
  await fairlead.ask('price-set', { endpoint: 'harbour/rope@harbour', price: 'free', since });

  const during = await fairlead.explain(generationOf(await asked('harbour/rope')));
  assert.equal(during.charge_usd, '0.002000000');
  assert.equal((await fairlead.explain(before)).charge_usd, charged);
  await eventually(async () => {
    const later = await fairlead.explain(generationOf(await asked('harbour/rope')));
    assert.equal(later.charge_usd, '0.000000000');
  });
  await fairlead.ask('price-set', { endpoint: 'harbour/rope@harbour', price: null });
  await eventually(async () =>
    assert.equal((await fairlead.explain(generationOf(await asked('harbour/rope')))).charge_usd, '0.000020000'),
  );
});

test('what is under way ends where it began while its upstream is disabled and removed', async () => {
  const go = Promise.withResolvers<void>();
  const slow = await startUpstream({ after }, async ({ response }) => {
    response.writeHead(200, sse);
    response.write(chunkOf('first '));
    await go.promise;
    response.end(`${chunkOf('last')}${chunkOf('', 'stop')}data: [DONE]\n\n`);
  });
  const models = { m: { as: 'slow/m', price: priced } };
  await fairlead.ask('upstream-add', { name: 'slow', upstream: described(slow.url, { models }) });
  const open = openCall({ ...fairlead, body: { model: 'slow/m', messages, stream: true } });
  await open.began;

  await fairlead.ask('upstream-disable', { name: 'slow' });
  await eventually(async () => assert.equal((await asked('slow/m')).status, 404), 1_000);
  await fairlead.ask('upstream-remove', { name: 'slow' });
  go.resolve();

  const reply = await open.reply;
  assert.ok(reply.isWhole);
  assert.match(String(reply.body), /last/);
  assert.equal(await find('slow'), undefined);
});

test('another credential, another address: the old credential never goes to the new address', async () => {
  const elsewhere = await answering();

  await assert.rejects(fairlead.ask('upstream-change', { name: 'harbour', upstream: { base_url: elsewhere.url } }), {
    sentence: /Give the credential again/,
  });
  await fairlead.ask('upstream-change', {
    name: 'harbour',
    upstream: { base_url: elsewhere.url, api_key: 'second-key' },
  });

  await eventually(async () => {
    await asked('harbour/rope');
    assert.equal(elsewhere.received.at(-1)?.headers.authorization, 'Bearer second-key');
  }, 1_000);
});

test('a credential stays where it was given also when the provider or the region says the address', async () => {
  const models = { m: { as: 'implied/m', price: priced } };
  const data = { trains: false };
  await fairlead.ask('upstream-add', {
    name: 'implied',
    upstream: { provider: 'openai', api_key: 'implied-key', data, models },
  });

  await assert.rejects(fairlead.ask('upstream-change', { name: 'implied', upstream: { provider: 'openrouter' } }), {
    sentence: /given for https:\/\/api\.openai\.com and goes nowhere else/,
  });

  await fairlead.ask('upstream-change', { name: 'implied', upstream: { region: 'eu' } });
  await fairlead.ask('upstream-change', {
    name: 'implied',
    upstream: { provider: 'openrouter', api_key: 'another-key' },
  });
  await fairlead.ask('upstream-remove', { name: 'implied' });
});

test('what nobody has accepted gets no request; accepted, it does; the register says since when', async () => {
  const { data: _, ...unknown } = described(harbour.url, {
    models: { m: { as: 'fog/m', price: priced } },
    api_key: 'fog-key',
    type: undefined,
  });
  await fairlead.ask('upstream-add', { name: 'fog', upstream: { ...unknown, type: 'unverified' } });
  assert.equal((await asked('fog/m')).status, 404);
  await assert.rejects(fairlead.ask('upstream-test', { name: 'fog' }), { sentence: /accepted what it does with data/ });

  await fairlead.ask('data-accept', { endpoint: 'fog' });

  await eventually(async () => assert.equal((await asked('fog/m')).status, 200), 1_000);
  const register = await fairlead.ask<readonly { name: string; since: string }[]>('sub-processors');
  const since = Date.parse(register.find(({ name }) => name === 'fog')?.since ?? '');
  assert.ok(Date.now() - since < 60_000);
  const disclosed = await fairlead.ask<readonly { id: string }[]>('endpoint-disclosures');
  assert.ok(disclosed.some(({ id }) => id === 'fog/m@fog'));
});

test('after a restart everything is there; what the file has come to name, the file decides', async (t) => {
  const other = await answering();
  const folder = freshFolder(t);
  const first = await runInFolder({ after: (last) => t.after(() => last()) }, folder, {});
  await first.ask('upstream-add', { name: 'harbour', upstream: described(harbour.url) });
  await first.stop();

  const again = await runInFolder({ after: (last) => t.after(() => last()) }, folder, {});
  const { key } = await again.ask<{ key: string }>('key-create', {});
  assert.equal((await call({ url: again.url, key, body: { model: 'harbour/rope', messages } })).status, 200);
  assert.equal(harbour.received.at(-1)?.headers.authorization, `Bearer ${secret}`);
  await again.stop();

  const config = `upstreams: { harbour: { base_url: '${other.url}', data: { trains: false }, models: { m: { as: own/m, price: free } } } }`;
  const third = await runInFolder({ after: (last) => t.after(() => last()) }, folder, { config });
  assert.equal((await call({ url: third.url, key, body: { model: 'harbour/rope', messages } })).status, 404);
  assert.equal((await call({ url: third.url, key, body: { model: 'own/m', messages } })).status, 200);
  assert.equal(other.received.at(-1)?.headers.authorization, undefined, 'a credential goes nowhere else');
  const shown = await third.ask<readonly Listed[]>('upstream-list');
  assert.deepEqual(
    shown.filter(({ name }) => name === 'harbour').map(({ overruled }) => overruled),
    [false, true],
  );
});

test('workers and replicas know of it within a second', { skip }, async (t) => {
  cluster ??= startCluster();
  const env = { DATABASE_URL: await (await cluster).createDatabase(), FAIRLEAD_PEPPER: '0123456789abcdef'.repeat(4) };
  const start = async (name: string, args: readonly string[]) => {
    const started = await startFairlead({ dataDir: join(freshFolder(t), name, 'data'), env, args });
    t.after(() => started.kill9());
    return started;
  };
  const one = await start('one', []);
  const two = await start('two', ['--workers', '2']);
  const settings = { upstream: described(harbour.url) };
  const file = join(freshFolder(t), 'settings.json');
  writeFileSync(file, JSON.stringify(settings));
  await one.cli('upstream', 'add', 'harbour', '--settings', file, '--no-key');

  const statuses = async () =>
    await Promise.all(
      Array.from(
        { length: 12 },
        async () =>
          (await call({ url: two.url, key: one.key, body: { model: 'harbour/rope', messages, max_tokens: 16 } }))
            .status,
      ),
    );
  await eventually(async () => assert.deepEqual([...new Set(await statuses())], [200]), 1_500);
  const tested = await two.cli<{ ok: boolean }>('upstream', 'test', 'harbour');
  assert.equal(tested.ok, true);
  await two.cli('upstream', 'disable', 'harbour');
  await eventually(async () => assert.deepEqual([...new Set(await statuses())], [404]), 1_500);
});
