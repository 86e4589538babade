// One dollar while calendars jump, forward and back and apart from each other, and while keepers die in the middle: never more than
// it is spent or lent, whoever was answered is in the books, and nearly all of it is paid out in the end.
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { eventually } from '../journeys/running-fairlead.ts';
import type { Disturbance } from '../support/disturbed-process.ts';
import {
  type FairleadProcess,
  freshFolder,
  startFairlead,
  startSimulatorProcess,
} from '../support/fairlead-process.ts';
import { type Cluster, postgresPrograms, startCluster } from '../support/postgres-cluster.ts';
import { callChat, manySockets } from '../support/stream-caller.ts';
import { configure, slowCent, tokensMax } from './a-dollar.ts';
import { nano, type Wallet } from './watch-wallet.ts';

/** One of five: each has six settings with all their processes. */
const rounds = Math.floor(Number(process.env.FAIRLEAD_TEST_ROUNDS ?? 5) / 5);
const dollar = nano('1');
const cent = nano('0.01');
const callers = 8;
/** All disturbances are over by then; after that the rest must be paid out soon. */
const stepMs = 700;
const nearlyAllMs = 5_000;
const comesBackMs = 20_000;
const hook = pathToFileURL(join(import.meta.dirname, '..', 'support', 'disturbed-process.ts')).href;
const hourMs = 3_600_000;

type Setting = { readonly name: string; readonly trees: number; readonly workers: number };

const settings: readonly Setting[] = [
  { name: 'one process on SQLite', trees: 0, workers: 1 },
  { name: 'two gateways on SQLite', trees: 0, workers: 2 },
  { name: 'two replicas on PostgreSQL', trees: 2, workers: 1 },
];

/** One after the other, of the first tree; the second one, where there is one, is off the other way. */
const jumps = [-1, 25, 0, -24 * 365, 24 * 365, 0].map((hours) => hours * hourMs);
/** Before them an hour ahead for so long that a keeper looks for the silent twice. */
const aheadMs = 11_000;

const isMissing = postgresPrograms() === undefined;
if (isMissing && process.env.CI) throw new Error('PostgreSQL must be tested here: apt-get install postgresql');
let cluster: Promise<Cluster> | undefined;
after(async () => await (await cluster)?.remove());

if (rounds === 0) test('a dollar while clocks jump and keepers die', { skip: 'from five rounds on' });

for (const setting of settings) {
  const skip = isMissing && setting.trees > 0 ? 'NOT TESTED ON POSTGRESQL: apt-get install postgresql' : false;
  for (let round = 1; round <= rounds; round += 1) {
    test(`${setting.name}: a dollar is a dollar while clocks jump (round ${round})`, { skip }, async (t) => {
      const field = await start(t, setting);
      await pays(t, field, async () => {
        const jumpTo = (shiftMs: number) => {
          field.disturb.forEach((say, tree) => void say({ shiftMs: tree === 0 ? shiftMs : -shiftMs }));
        };
        jumpTo(hourMs);
        await sleep(aheadMs);
        for (const jump of jumps) {
          jumpTo(jump);
          await sleep(stepMs);
        }
      });
    });

    test(`${setting.name}: a dollar is a dollar while keepers die (round ${round})`, { skip }, async (t) => {
      const field = await start(t, setting);
      await pays(t, field, async () => {
        for (let kills = 1; kills <= 4; kills += 1) {
          const index = kills % field.trees.length;
          field.disturb[index]?.({ keeperKills: kills });
          await diesAndComesBack(field.trees[index] ?? assert.fail());
        }
      });
    });
  }
}

/** A start is slow where the machine is busy: what is left must be paid out soon after it. */
async function diesAndComesBack({ stderr }: FairleadProcess): Promise<void> {
  const count = (event: string) => stderr().split(`"event":"${event}"`).length;
  const before = { died: count('keeper-died'), started: count('keeper-started') };
  await eventually(async () => assert.ok(count('keeper-died') > before.died, 'the keeper lives'), comesBackMs);
  await eventually(async () => assert.ok(count('keeper-started') > before.started, 'it is not back'), comesBackMs);
  await sleep(stepMs);
}

type Field = Awaited<ReturnType<typeof start>>;

async function start(t: TestContext, { trees, workers }: Setting) {
  const folder = freshFolder(t);
  const simulator = await startSimulatorProcess({ logFile: join(folder, 'upstream.log') });
  t.after(() => simulator.stop());
  const env: Record<string, string> = { FAIRLEAD_PEPPER: 'ab'.repeat(32), NODE_OPTIONS: `--import=${hook}` };
  if (trees > 0) {
    cluster ??= startCluster();
    env.DATABASE_URL = await (await cluster).createDatabase();
  }
  const started: FairleadProcess[] = [];
  const disturb: ((change: Partial<Disturbance>) => void)[] = [];
  for (let index = 0; index < Math.max(1, trees); index += 1) {
    const file = join(folder, `disturb-${index}`);
    let now: Disturbance = { shiftMs: 0, keeperKills: 0 };
    const say = (change: Partial<Disturbance>) => {
      now = { ...now, ...change };
      writeFileSync(`${file}.new`, JSON.stringify(now));
      renameSync(`${file}.new`, file);
    };
    say({});
    disturb.push(say);
    const tree = await startFairlead({
      dataDir: join(folder, `tree-${index}`, 'data'),
      env: { ...env, FAIRLEAD_TEST_DISTURB: file },
      config: configure(simulator.url),
      args: ['--workers', String(workers)],
    });
    t.after(() => tree.kill9());
    started.push(tree);
  }
  return { trees: started, disturb, key: started[0]?.key ?? '' };
}

/** Asks all the while, and until nobody can be paid any more. */
async function pays(t: TestContext, field: Field, disturbs: () => Promise<void>): Promise<void> {
  const [first] = field.trees;
  assert.ok(first);
  const watching = watch(first);
  const asking = ask(t, field);

  await disturbs();
  const { answered, others } = await asking.untilNearlyAll();

  const most = await watching.stop();
  const wallet = await first.cli<Wallet>('wallet', 'show');
  const books = await first.cli<{ ok: boolean; problems: readonly string[] }>('ledger', 'check');
  process.stdout.write(`${answered} answered whole; most ${most}; others ${JSON.stringify(others)}\n`);
  assert.ok(most <= dollar, `${most} nano-dollars were spent or lent at once`);
  assert.ok(nano(wallet.spent_usd) <= dollar);
  assert.equal(nano(wallet.spent_usd), BigInt(answered) * cent, 'whoever was answered is in the books, nobody else');
  assert.ok(answered <= 100 && answered >= 95, `${answered} of 100 were answered`);
  assert.deepEqual([books.ok, books.problems ?? []], [true, []]);
  assert.ok(
    Object.keys(others).every((status) => status === '402' || status === '503'),
    JSON.stringify(others),
  );
}

function ask(t: TestContext, { trees, key }: Field) {
  const agent = manySockets();
  t.after(() => agent.destroy());
  const headers = { 'x-fairlead-clamp': 'off' };
  const messages = [{ role: 'user', content: 'Fill the hold.' }];
  const counts = { answered: 0, others: {} as Record<number, number> };
  let [isOver, isHurried] = [false, false];
  t.after(() => {
    isOver = true;
  });
  const caller = async (index: number) => {
    // Slowly, so that there is something left at each disturbance.
    while (!isOver) {
      const model = isHurried ? 'sim/fill' : `sim/${slowCent}`;
      const body = { model, max_tokens: tokensMax, messages };
      const { status, isWhole } = await callChat({
        url: trees[index % trees.length]?.url ?? '',
        key,
        agent,
        headers,
        body,
      });
      if (status === 200 && isWhole) counts.answered += 1;
      else counts.others[status] = (counts.others[status] ?? 0) + 1;
      await sleep(isHurried ? 50 : 400);
    }
  };
  const all = Promise.all(Array.from({ length: callers }, (_, index) => caller(index)));
  return {
    async untilNearlyAll() {
      isHurried = true;
      const until = performance.now() + nearlyAllMs;
      while (counts.answered < 95 && performance.now() < until) await sleep(50);
      // Then nobody asks any more, and what is under way ends.
      isOver = true;
      await all;
      return counts;
    },
  };
}

/** What is spent and lent of the one wallet there is, looked at all the time. */
function watch(fairlead: FairleadProcess): { stop(): Promise<bigint> } {
  let most = 0n;
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const shown = await fairlead.cli<Wallet>('wallet', 'show').catch(() => undefined);
      const sum = shown ? nano(shown.spent_usd) + nano(shown.leased_usd) + nano(shown.held_usd) : 0n;
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
