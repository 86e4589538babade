// One rate per minute on four replicas that share nothing but a database: never more than the limit and one burst, and hardly
// less than the limit either.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, startUpstream } from '../journeys/scripted-upstream.ts';
import { type FairleadProcess, freshFolder, startFairlead } from '../support/fairlead-process.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { callChat, manySockets } from '../support/stream-caller.ts';

const seconds = Number(process.env.FAIRLEAD_TEST_SECONDS ?? 60);
/** `npm test` takes two rounds of what is here, and has no minute to spare. */
const isSample = Number(process.env.FAIRLEAD_TEST_ROUNDS ?? 5) < 5;
const replicas = 4;
const perMinute = 600;
const burst = 20;
const underUseMax = 0.02;

const isMissing = postgresPrograms() === undefined;
const skip = isSample ? 'from five rounds on' : isMissing && 'NOT TESTED ON POSTGRESQL: apt-get install postgresql';
if (isMissing && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');
let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());

test(`four replicas share a rate of ${perMinute} a minute for ${seconds} s`, { skip }, async (t) => {
  const upstream = await startUpstream({ after: (last) => t.after(() => last()) }, ({ response }) => {
    passed.push(performance.now());
    response.end(answerOf('one'));
  });
  const passed: number[] = [];
  const { trees, key } = await start(t, upstream.url);
  const agent = manySockets();
  t.after(() => agent.destroy());
  const others: Record<string, number> = {};
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  const messages = [{ role: 'user', content: 'one' }];
  // Some replicas have more callers than others.
  const caller = async (index: number) => {
    const { url = '' } = trees[index % 7 < 4 ? 0 : index % replicas] ?? {};
    while (performance.now() < until) {
      const { status } = await callChat({ url, key, agent, body: { model: 'u/m', max_tokens: 5, messages } });
      if (status !== 200) {
        others[status] = (others[status] ?? 0) + 1;
        await sleep(100);
      }
    }
  };
  await Promise.all(Array.from({ length: 28 }, (_, index) => caller(index)));

  const spanMs = performance.now() - startedAt;
  const most = mostWithinAMinute(passed);
  const whole = burst + (perMinute * spanMs) / 60_000;
  const underUse = 1 - passed.length / whole;
  process.stdout.write(
    `${passed.length} of ${Math.floor(whole)} passed in ${Math.round(spanMs / 1_000)} s on ${replicas} replicas, ` +
      `${(100 * underUse).toFixed(1)} % unused; at most ${most} within a minute; others ${JSON.stringify(others)}\n`,
  );
  assert.deepEqual(
    Object.keys(others).filter((status) => status !== '429'),
    [],
  );
  assert.ok(most <= perMinute + burst, `${most} within a minute`);
  assert.ok(passed.length <= whole, `${passed.length} of ${whole}`);
  assert.ok(underUse <= underUseMax, `${(100 * underUse).toFixed(1)} % of the rate lay unused`);
});

async function start(t: TestContext, upstreamUrl: string) {
  const folder = freshFolder(t);
  cluster ??= startCluster();
  const env = { FAIRLEAD_PEPPER: 'ab'.repeat(32), DATABASE_URL: await (await cluster).createDatabase() };
  const config = `upstreams: { u: { base_url: "${upstreamUrl}", data: { trains: false }, api_key: k, models: { m: { as: u/m, price: free } } } }`;
  const trees: FairleadProcess[] = [];
  for (let tree = 0; tree < replicas; tree += 1) {
    trees.push(await startFairlead({ dataDir: join(folder, `tree-${tree}`, 'data'), env, config }));
  }
  t.after(() => Promise.all(trees.map((tree) => tree.kill9())));
  const [first] = trees;
  assert.ok(first);
  const { id, key } = await first.cli<{ id: string; key: string }>('key', 'create');
  const rate = ['--requests', String(perMinute), '--burst', String(burst), '--reset', 'minute'];
  await first.cli('limit', 'set', '--key', id, ...rate);
  await sleep(1_500);
  return { trees, key };
}

function mostWithinAMinute(instants: readonly number[]): number {
  let most = 0;
  let from = 0;
  instants.forEach((instant, at) => {
    while (instant - (instants[from] ?? 0) > 60_000) from += 1;
    most = Math.max(most, at - from + 1);
  });
  return most;
}
