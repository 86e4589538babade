// The same promise with several gateways, which hold parts of one dollar: never more than it, and nearly all of it soon,
// since what one gateway does not need comes back to the one that does (recall).
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FairleadProcess,
  freshFolder,
  startFairlead,
  startSimulatorProcess,
} from '../support/fairlead-process.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { callChat, manySockets } from '../support/stream-caller.ts';
import { configure, tokensMax } from './a-dollar.ts';
import { nano, type Wallet } from './watch-wallet.ts';

// Each round is four settings with all their processes.
const rounds = Math.ceil(Number(process.env.FAIRLEAD_TEST_ROUNDS ?? 5) / 2);
const requests = 1_000;
const dollar = nano('1');
/** From the first request on. */
const nearlyAllMs = 5_000;

type Setting = {
  readonly name: string;
  readonly trees: number;
  readonly workers: number;
  readonly engine: 'sqlite' | 'postgres';
};

const settings: readonly Setting[] = [
  { name: '4 workers on SQLite', trees: 1, workers: 4, engine: 'sqlite' },
  { name: '1 replica on PostgreSQL', trees: 1, workers: 1, engine: 'postgres' },
  { name: '2 replicas on PostgreSQL', trees: 2, workers: 1, engine: 'postgres' },
  { name: '4 replicas on PostgreSQL', trees: 4, workers: 1, engine: 'postgres' },
];

const isMissing = postgresPrograms() === undefined;
if (isMissing && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');
let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());

for (const setting of settings) {
  const skip =
    isMissing && setting.engine === 'postgres' ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false;
  for (let round = 1; round <= rounds; round += 1) {
    test(`${setting.name}: a dollar pays for 95 to 100 answers of a cent (round ${round})`, { skip }, async (t) => {
      const { trees, key } = await start(t, setting);
      const [first] = trees;
      assert.ok(first);
      const isOne = setting.trees * setting.workers === 1;
      const watching = watch(first);

      const asked = await askUntil(t, { trees, key, enough: isOne ? 100 : 95 });

      const most = await watching.stop();
      const wallet = await first.cli<Wallet>('wallet', 'show');
      const books = await first.cli<{ ok: boolean; generations: number }>('ledger', 'check');
      say(
        `${setting.name}, round ${round}: ${asked.answered} answered after ${asked.ms} ms and ${asked.calls} requests; most ${most}; 503: ${asked.others[503] ?? 0}`,
      );
      // Where a machine is busy, what comes back from other trees may come later than a gateway waits for its keeper.
      const { 503: late = 0, ...others } = asked.others;
      assert.deepEqual(others, {});
      if (setting.trees === 1) assert.equal(late, 0);
      assert.ok(most <= dollar, `${most} nano-dollars were spent or leased at once`);
      assert.ok(asked.answered <= 100 && nano(wallet.spent_usd) <= dollar);
      assert.equal(nano(wallet.spent_usd), BigInt(asked.answered) * nano('0.01'));
      assert.ok(isOne ? asked.answered === 100 : asked.answered >= 95, `${asked.answered} of 100 were answered`);
      assert.deepEqual([books.ok, books.generations], [true, asked.answered]);
    });
  }
}

/** Trees that serve one dollar, and its key. */
async function start(t: TestContext, { trees, workers, engine }: Setting) {
  const folder = freshFolder(t);
  const simulator = await startSimulatorProcess({ logFile: join(folder, 'upstream.log') });
  t.after(() => simulator.stop());
  const env: Record<string, string> = { FAIRLEAD_PEPPER: 'ab'.repeat(32) };
  if (engine === 'postgres') {
    cluster ??= startCluster();
    env.DATABASE_URL = await (await cluster).createDatabase();
  }
  const started: FairleadProcess[] = [];
  for (let index = 0; index < trees; index += 1) {
    const dataDir = join(folder, `tree-${index}`, 'data');
    const tree = await startFairlead({
      dataDir,
      env,
      config: configure(simulator.url),
      args: ['--workers', String(workers)],
    });
    t.after(() => tree.kill9());
    started.push(tree);
  }
  return { trees: started, key: started[0]?.key ?? '' };
}

/** A thousand at once, over all trees; who is refused asks again, until enough were answered or the time is over. */
async function askUntil(
  t: TestContext,
  { trees, key, enough }: { readonly trees: readonly FairleadProcess[]; readonly key: string; readonly enough: number },
) {
  const agent = manySockets();
  t.after(() => agent.destroy());
  const startedAt = performance.now();
  const asked = { answered: 0, calls: 0, ms: 0, others: {} as Record<string, number> };
  const headers = { 'x-fairlead-clamp': 'off' };
  const messages = [{ role: 'user', content: 'Fill the hold.' }];
  const body = { model: 'sim/fill', max_tokens: tokensMax, messages };
  for (let waiting = requests; ; ) {
    const calls = await Promise.all(
      Array.from({ length: waiting }, async (_, index) => {
        const called = await callChat({ url: trees[index % trees.length]?.url ?? '', key, agent, headers, body });
        if (called.status === 200 && called.isWhole) {
          asked.answered += 1;
          if (asked.answered === enough) asked.ms = Math.round(performance.now() - startedAt);
        }
        return called;
      }),
    );
    asked.calls += calls.length;
    for (const { status, isWhole } of calls) {
      if ((status === 200 && isWhole) || status === 402) continue;
      asked.others[status] = (asked.others[status] ?? 0) + 1;
    }
    if (asked.answered >= enough || performance.now() - startedAt > nearlyAllMs) return asked;
    // The refused do not all come back at once: each tree is asked by a few.
    waiting = 4 * trees.length;
    await sleep(100);
  }
}

/** What is spent and lent of the one wallet there is, looked at all the time. */
function watch(fairlead: FairleadProcess): { stop(): Promise<bigint> } {
  let most = 0n;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const { spent_usd, leased_usd, held_usd } = await fairlead.cli<Wallet>('wallet', 'show');
      const sum = nano(spent_usd) + nano(leased_usd) + nano(held_usd);
      if (sum > most) most = sum;
      await sleep(50);
    }
  })();
  return {
    async stop() {
      isOver = true;
      await watching;
      return most;
    },
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
