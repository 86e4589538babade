// A workspace's own keys at providers: asked before ours, after them or alone, paid to the provider itself, sealed, and gone at once.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { cleanEnvironment } from '../support/run-result.ts';
import { ask, call, generationOf, type Reply } from './caller.ts';
import { type Explained, eventually, type RunningFairlead, runFairlead, toNano } from './running-fairlead.ts';
import { answerOf, startUpstream } from './scripted-upstream.ts';

const skip = postgresPrograms() === undefined ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false;
if (skip && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');
let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());

type OwnExplained = Omit<Explained, 'plan' | 'attempts'> & {
  readonly own_key: string | null;
  readonly upstream_cost_usd: string | null;
  readonly plan: readonly { readonly endpoint: string; readonly why: string; readonly own_key?: string }[];
  readonly attempts: readonly { readonly endpoint: string; readonly verdict: string; readonly own_key?: string }[];
};
type Row = Readonly<Record<string, unknown>> & { readonly id: string };

const secret = 'own-secret-a8Zq1vLk93';
const price = 'price: { input: 1000, output: 2000 }';
const tokens = 5n * 1_000_000n + 2_000_000n;
const fee = (tokens * 5n) / 100n;

for (const engine of ['sqlite', 'postgres'] as const) {
  describe(`on ${engine}`, { skip: engine === 'postgres' && skip }, () => {
    /** What each key is answered with. */
    const status = new Map<string, number>();
    const ends: (() => unknown)[] = [];
    const cleanup = { after: (last: () => unknown) => ends.push(last) };
    after(async () => {
      for (const end of ends.reverse()) await end();
    });
    const answers = async (name: string) =>
      await startUpstream(cleanup, ({ response, headers }) => {
        const key = String(headers.authorization).replace('Bearer ', '');
        const code = status.get(`${name} ${key}`) ?? 200;
        response.writeHead(code, { 'content-type': 'application/json' });
        response.end(code === 200 ? answerOf(key) : '{"error":{"message":"no","type":"x","code":"x"}}');
      });
    let made: Promise<{ fairlead: RunningFairlead; ours: string; database: string | undefined }> | undefined;
    const start = async () => {
      const [one, two] = [await answers('one'), await answers('two')];
      if (engine === 'postgres') cluster ??= startCluster();
      const database = engine === 'postgres' ? await (await cluster)?.createDatabase() : undefined;
      const config = `
own_keys: { fee_percent: 5 }
routing: { strategy: order }
upstreams:
  one: { provider: acme, base_url: '${one.url}', data: { trains: false }, api_key: ours-1, models: { m: { as: own/m, ${price} }, n: { as: own/n, ${price} } } }
  two: { base_url: '${two.url}', data: { trains: false }, api_key: ours-2, models: { m: { as: own/m, ${price} } } }
`;
      const env = database === undefined ? {} : { DATABASE_URL: database };
      const fairlead = await runFairlead(cleanup, { config, env });
      await fairlead.ask('wallet-credit', { usd: '1000.00' });
      return { fairlead, ours: one.url, database };
    };
    const running = async () => {
      made ??= start();
      return await made;
    };
    const asked = async (model = 'own/m', key?: string): Promise<{ reply: Reply; record: OwnExplained }> => {
      const { fairlead } = await running();
      const body = ask(model, { max_tokens: 50 });
      const reply = await call({ url: fairlead.url, key: key ?? fairlead.key, body });
      return {
        reply,
        record: await eventually(() => fairlead.ask<OwnExplained>('explain', { generation: generationOf(reply) })),
      };
    };
    /** Which key the answer came from; the scripted upstream answers with it. */
    const saidBy = (reply: Reply) => JSON.parse(reply.body.toString()).choices?.[0].message.content;
    const change = async (id: string, fields: object) => {
      const { fairlead } = await running();
      await fairlead.ask('own-key-change', { id, ...fields });
    };
    /** What a change brings, at the latest a second later. */
    const soon = async (look: () => Promise<void>) => await eventually(look, 1_500);
    let id = '';

    test('it is added from standard input, and no list shows it', async () => {
      const { fairlead } = await running();
      const program = join(import.meta.dirname, '../../bin/fairlead');
      const env = { ...cleanEnvironment(), FAIRLEAD_DATA: fairlead.dataDir, TMPDIR: fairlead.folder };
      const adding = promisify(execFile)(program, ['provider-key', 'add', 'acme', '--use', 'before', '--json'], {
        ...{ cwd: fairlead.folder, env, timeout: 30_000 },
      });
      adding.child.stdin?.end(`${secret}\n`);
      const added = JSON.parse((await adding).stdout) as Row;
      id = added.id;

      const listed = await fairlead.ask<readonly Row[]>('own-key-list');
      assert.deepEqual(listed, [added]);
      assert.deepEqual(
        [added.upstream, added.provider, added.use, added.label, added.is_at_home],
        ['one', 'acme', 'before', '••••Lk93', true],
      );
      assert.ok(!JSON.stringify(listed).includes(secret));
    });

    test('it is asked first; the wallet pays the fee alone, the hold covers that, and the record says so', async () => {
      const { fairlead } = await running();
      await soon(async () => assert.equal(saidBy((await asked()).reply), secret));
      const { record } = await asked();

      assert.equal(record.own_key, id);
      assert.deepEqual([toNano(record.charge_usd), toNano(record.upstream_cost_usd ?? '')], [fee, tokens]);
      // 50 output tokens at most, and as many input tokens as the request has bytes.
      const heldMax = ((50n * 2_000_000n + 2_000n * 1_000_000n) * 5n) / 100n;
      assert.ok(toNano(record.hold_usd) >= fee && toNano(record.hold_usd) > heldMax, 'the plan still has ours in it');
      assert.deepEqual(record.plan[0], { endpoint: 'own/m@one', why: 'own-key', own_key: id });
      assert.deepEqual(
        record.attempts.map(({ verdict, own_key: own }) => [verdict, own]),
        [['answered', id]],
      );
      const router = await call({
        ...{ url: fairlead.url, key: fairlead.key, path: '/api/v1/chat/completions' },
        headers: { 'x-openrouter-metadata': 'enabled' },
        body: ask('own/m'),
      });
      const { usage, openrouter_metadata: metadata } = JSON.parse(router.body.toString());
      assert.deepEqual([usage.is_byok, usage.cost, usage.cost_details.upstream_inference_cost], [true, 0.00035, 0.007]);
      assert.equal(
        usage.cost_details.upstream_inference_prompt_cost + usage.cost_details.upstream_inference_completions_cost,
        0.007,
      );
      assert.equal(metadata.is_byok, true);
    });

    test('what it meets fails over to ours, and says nothing of the endpoint', async () => {
      for (const [code, times] of [
        [500, 6],
        [429, 1],
      ] as const) {
        status.set(`one ${secret}`, code);
        for (let each = 0; each < times; each += 1) {
          const { reply, record } = await asked();
          assert.equal(saidBy(reply), 'ours-1');
          assert.deepEqual(
            record.attempts.map(({ verdict, own_key: own }) => [verdict, own]),
            [
              [`status-${code}`, id],
              ['answered', undefined],
            ],
          );
          assert.deepEqual([record.own_key, toNano(record.charge_usd)], [null, tokens]);
          // Ours at the same endpoint has its place still.
          assert.deepEqual(record.plan[1], { endpoint: 'own/m@one', why: 'ranked' });
        }
      }
      const { reply, record } = await asked();
      assert.equal(saidBy(reply), 'ours-1');
      assert.deepEqual(record.plan.at(-1), { endpoint: 'own/m@one', why: 'unusable', own_key: id });
    });

    test('one that is refused rests; given anew it is asked at once', async () => {
      status.set(`one ${secret}`, 401);
      await change(id, { secret });
      await soon(async () => assert.equal((await asked()).record.attempts[0]?.verdict, 'status-401'));
      const resting = await asked();
      status.set(`one ${secret}`, 200);
      const stillResting = await asked();

      for (const { reply, record } of [resting, stillResting]) {
        assert.equal(saidBy(reply), 'ours-1');
        assert.equal(record.attempts.length, 1);
      }
      await change(id, { secret });
      await soon(async () => assert.equal(saidBy((await asked()).reply), secret));
    });

    test('after ours, and alone', async () => {
      await change(id, { use: 'after' });
      await soon(async () => assert.equal(saidBy((await asked()).reply), 'ours-1'));
      status.set('one ours-1', 401).set('two ours-2', 401);
      const after = await asked();
      await change(id, { use: 'only' });
      await soon(async () => assert.equal((await asked()).record.plan.length, 1));
      status.set('one ours-1', 200).set('two ours-2', 200).set(`one ${secret}`, 500);
      const alone = await asked();
      status.set(`one ${secret}`, 200);
      const again = await asked();

      assert.equal(saidBy(after.reply), secret);
      assert.deepEqual([alone.reply.status, alone.record.charge_usd], [502, '0.000000000']);
      assert.deepEqual(
        alone.record.excluded.map(({ endpoint, why }) => [endpoint, why]),
        [
          ['own/m@one', 'own-key-only'],
          ['own/m@two', 'own-key-only'],
        ],
      );
      assert.ok(alone.record.attempts.every(({ own_key: own }) => own === id));
      assert.equal(saidBy(again.reply), secret);
      // Nothing of ours in the plan: the hold is the fee of the dearest answer, no more.
      const worst = toNano(again.record.hold_usd);
      assert.ok(worst >= fee && worst < ((50n * 2_000_000n + 1_000n * 1_000_000n) * 5n) / 100n, `${worst}`);
    });

    test('for some models, and for some keys', async () => {
      const { fairlead } = await running();
      const other = await fairlead.ask<{ key: string; id: string }>('key-create', { name: 'other' });
      await change(id, { use: 'before', models: ['own/n'], keys: [other.id] });
      await soon(async () => assert.equal(saidBy((await asked('own/n', other.key)).reply), secret));

      assert.equal(saidBy((await asked('own/m', other.key)).reply), 'ours-1');
      assert.equal(saidBy((await asked('own/n')).reply), 'ours-1');
      await change(id, { models: null, keys: null });
      await soon(async () => assert.equal(saidBy((await asked()).reply), secret));
    });

    test('requests of a limit count, its dollars are the fee, and the account API tells both', async () => {
      const { fairlead } = await running();
      const { url } = fairlead;
      const few = await fairlead.ask<{ key: string }>('key-create', {
        ...{ limit_requests: 2, limit_usd: '0.50', name: 'few' },
      });
      const replies = [await asked('own/m', few.key), await asked('own/m', few.key)];
      const refused = await call({ url, key: few.key, body: ask('own/m') });
      const told = await eventually(async () => {
        const { data } = JSON.parse(
          (await call({ url, key: few.key, path: '/api/v1/key', method: 'GET' })).body.toString(),
        );
        assert.equal(data.byok_usage, 0.014);
        return data;
      });
      const path = `/api/v1/generation?id=${generationOf(replies[0]?.reply as Reply)}`;
      const shown = JSON.parse((await call({ url, key: few.key, path, method: 'GET' })).body.toString()).data;

      assert.equal(refused.status, 429);
      assert.deepEqual([told.usage, told.byok_usage_daily], [0.0007, 0.014]);
      assert.deepEqual([shown.is_byok, shown.total_cost, shown.upstream_inference_cost], [true, 0.00035, 0.007]);
    });

    test('management keys add, change and remove them in OpenRouter’s words', async () => {
      const { fairlead } = await running();
      const { url } = fairlead;
      const { key } = await fairlead.ask<{ key: string }>('key-create', { name: 'boss', role: 'management' });
      const byok = async (method: string, path: string, body?: object) => {
        const reply = await call({ url, key, method, path: `/api/v1/byok${path}`, body });
        return { status: reply.status, body: JSON.parse(reply.body.toString()), text: reply.body.toString() };
      };
      const [known] = (await byok('GET', '')).body.data;
      const made = await byok('POST', '', { provider: 'two', key: 'another-secret-of-theirs', is_fallback: true });
      const own = made.body.data;
      const changed = await byok('PATCH', `/${own.id}`, { disabled: true, allowed_models: ['own/m'] });
      const [wrong, empty, service, aws, foreign] = [
        await byok('POST', '', { provider: 'nowhere', key: 'another-secret-of-theirs' }),
        await byok('PATCH', `/${own.id}`, { allowed_api_key_hashes: [] }),
        await byok('POST', '', { provider: 'two', key: '{"type":"service_account"}' }),
        await byok('POST', '', { provider: 'two', key: 'AKIAABCDEFGHIJKLMNOP' }),
        await byok('PATCH', '/own_nobody', { disabled: true }),
      ];
      const mine = await call({ url, key: fairlead.key, path: '/api/v1/byok', method: 'GET' });
      const removed = await byok('DELETE', `/${own.id}`);

      assert.equal(known.id, id);
      assert.deepEqual([made.status, own.use, own.is_fallback, own.label], [201, 'after', true, '••••eirs']);
      assert.deepEqual([changed.status, changed.body.data.disabled, changed.body.data.use], [200, true, 'after']);
      assert.deepEqual(
        [wrong, empty, service, aws, foreign].map(({ status: code }) => code),
        [400, 400, 400, 400, 404],
      );
      assert.equal(mine.status, 403);
      assert.deepEqual([removed.status, removed.body], [200, { deleted: true }]);
      for (const { text } of [made, changed, wrong, service])
        assert.doesNotMatch(text, /another-secret|service_account"/);
    });

    test('what is stored at an upstream is not asked with it', async () => {
      const { fairlead } = await running();
      await fairlead.ask('workspace-set', { workspace: 'default', settings: ['storage=any:1'] });
      await soon(async () => {
        const reply = await call({ url: fairlead.url, key: fairlead.key, body: ask('own/m', { store: true }) });
        assert.equal(saidBy(reply), 'ours-1');
      });
    });

    test('removed, it is gone within a second', async () => {
      const { fairlead } = await running();
      assert.equal(saidBy((await asked()).reply), secret);
      await fairlead.ask('own-key-remove', { id });
      await sleep(1_000);

      for (let each = 0; each < 5; each += 1) assert.equal(saidBy((await asked()).reply), 'ours-1');
      assert.deepEqual(await fairlead.ask('own-key-list'), []);
      assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
    });

    test('at no time does it lie in the clear, or stand in a log', async () => {
      const { fairlead, database } = await running();
      await fairlead.ask('own-key-add', { upstream: 'one', secret });
      await soon(async () => assert.equal(saidBy((await asked()).reply), secret));

      const files = globSync(join(fairlead.folder, '**')).filter((file) => statSync(file).isFile());
      assert.ok(files.some((file) => file.endsWith('pepper')));
      for (const file of files) assert.equal(readFileSync(file).includes(secret), false, file);
      if (database !== undefined) {
        const dump = (await cluster)?.sql(
          'select row_to_json(own_key)::text from fairlead.own_key',
          database.split('/').at(-1)?.split('?')[0],
        );
        assert.ok(dump?.includes('"sealed":'));
        assert.equal(dump?.includes(secret), false);
      }
      assert.equal(fairlead.stderr().includes(secret), false);
      const backup = join(fairlead.folder, 'backup.file');
      await fairlead.cli('backup', backup);
      assert.equal(readFileSync(backup).includes(secret), false);
      writeFileSync(backup, '');
    });
  });
}
