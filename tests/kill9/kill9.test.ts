// Kills the whole process at random moments, over and over on the same data, and then holds the books against what the
// callers saw, what the journal's files held and what the upstream's own log counted.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  type FairleadProcess,
  freshFolder,
  type StartOptions,
  spawnFairlead,
  startFairlead,
  startSimulatorProcess,
} from '../support/fairlead-process.ts';
import { callChat } from '../support/stream-caller.ts';
import { findUnbegun, judgeAnswers, judgeBooks, judgeEachGeneration, judgeLeftBehind } from './judge.ts';
import { type Scale, writeQuestion } from './question.ts';
import { seededRandom } from './random.ts';
import { readBooks } from './read-books.ts';
import { readJournals } from './read-journals.ts';
import { models, startTraffic } from './traffic.ts';
import { price, readUpstreamLog, untilUpstreamIsIdle, worthOf } from './upstream-truth.ts';

const rounds = Number(process.env.FAIRLEAD_TEST_ROUNDS ?? 20);
const seed = Number(process.env.FAIRLEAD_TEST_SEED ?? Date.now() % 1_000_000);
const callers = { streams: 50, sprints: 6 };
const readyMsMax = 5_000;
const settledMsMax = 60_000;
/** From a caller's question to a `begin` in the file, on a machine that is busy with much else. */
const handOverMsMax = 500;

test('kill -9 at any moment loses no answered generation, charges nobody twice and leaves nothing held', async (t) => {
  const folder = freshFolder(t);
  const logFile = join(folder, 'upstream.log');
  const simulator = await startSimulatorProcess({ logFile });
  t.after(() => simulator.stop());
  const options = { dataDir: join(folder, 'fairlead', 'data'), config: configure(simulator.url) };
  const random = seededRandom(seed);
  say(`seed ${seed}, ${rounds} rounds`);

  let fairlead = await startFairlead(options);
  t.after(() => fairlead.kill9());
  const { key } = fairlead;
  await fairlead.cli('wallet', 'credit', '--usd', '1000');
  const scale = await learnScale(fairlead, options.dataDir, logFile);
  let servedBefore = 1;

  for (let round = 1; round <= rounds; round += 1) {
    const killAfterMs = random.from(100, 2_500);
    await t.test(`round ${round}: killed after ${killAfterMs} ms`, async () => {
      const traffic = startTraffic({ url: fairlead.url, key, ...callers, random });
      await sleep(killAfterMs);
      const openAtKill = traffic.open;
      traffic.killComes();
      const killedAt = performance.now();
      await fairlead.kill9();
      await Promise.all([traffic.over(), untilUpstreamIsIdle(simulator.url)]);
      const left = readJournals(options.dataDir);

      const again = round % 3 === 0 ? await killWhileStarting(options, random.from(0, 600)) : '';
      fairlead = await startFairlead(options);
      const wallet = await untilNothingIsHeld(fairlead);
      const books = readBooks(options.dataDir);
      const served = readUpstreamLog(logFile);
      const ofRound = served.slice(servedBefore);
      servedBefore = served.length;
      const check = await fairlead.cli<LedgerCheck>('ledger', 'check');

      const { outcomes } = traffic;
      const found = { left, served: ofRound, outcomes, books, scale };
      const unbegun = findUnbegun(found, killedAt);
      const { customersPaid, losses, settlements } = books;
      say(
        `round ${round}: killed after ${killAfterMs} ms with ${openAtKill} open, ` +
          `${outcomes.filter(({ isWhole }) => isWhole).length} answered whole; ` +
          `journal: ${left.ended.size} ended, ${left.begunOnly.size} only begun, ${left.torn} torn, ` +
          `${unbegun.count} not yet (${unbegun.seen} seen, worth ${unbegun.worth}, asked ≤ ${Math.ceil(unbegun.oldestMs)} ms before);${again} ` +
          `ready ${Math.round(fairlead.readyMs)} ms; ` +
          `customers ${customersPaid} ≤ upstream ${worthOf(served)} ≤ customers + losses ${customersPaid + losses}`,
      );
      assert.equal(
        openAtKill,
        callers.streams + callers.sprints,
        'every caller waits for something when the kill comes',
      );
      judgeAnswers(outcomes, books);
      judgeLeftBehind(left, books);
      judgeBooks(books, served, wallet);
      assert.deepEqual({ ok: check.ok, generations: check.generations }, { ok: true, generations: settlements.size });
      judgeEachGeneration(found);
      // Last, so that a machine that is busy with much else hides nothing of the money.
      assert.ok(fairlead.readyMs <= readyMsMax, `ready after ${fairlead.readyMs} ms`);
      assert.ok(unbegun.oldestMs < handOverMsMax, `asked ${unbegun.oldestMs} ms before the kill and never begun`);
    });
  }
});

/** One question whose number is known shows what any other looks like in journal and upstream log. */
async function learnScale(fairlead: FairleadProcess, dataDir: string, logFile: string): Promise<Scale> {
  const [model = ''] = models;
  const body = writeQuestion({ number: 1, model, stream: false, wantsUsage: false });
  const { generation = '' } = await callChat({ url: fairlead.url, key: fairlead.key, body });
  const hold = readJournals(dataDir).ended.get(generation)?.hold;
  const input = readUpstreamLog(logFile)[0]?.input;
  assert.ok(hold !== undefined && input !== undefined, 'the first question stands in journal and upstream log');
  return { number: 1, hold: BigInt(hold), input };
}

type Wallet = { readonly balance_usd: string; readonly held_usd: string; readonly leased_usd: string };
type LedgerCheck = { readonly ok: boolean; readonly generations: number };

function configure(simulatorUrl: string): string {
  const offers = models.map((model) => [model, { as: `sim/${model}`, price }]);
  const sim = {
    provider: 'sim',
    protocols: ['openai-chat'],
    base_url: `${simulatorUrl}/v1`,
    data: { trains: false },
    api_key: 'any',
    type: 'self_hosted',
    models: Object.fromEntries(offers),
  };
  // JSON is YAML.
  return JSON.stringify({ upstreams: { sim } });
}

/** A second blow while the first one is still being repaired. */
async function killWhileStarting(options: StartOptions, afterMs: number): Promise<string> {
  const spawned = spawnFairlead(options);
  await sleep(afterMs);
  await spawned.end('SIGKILL');
  const recovered = spawned.stderr().includes('instance-recovered') ? 'after' : 'before or in';
  return ` killed again ${afterMs} ms into the next start (${recovered} recovery);`;
}

async function untilNothingIsHeld(fairlead: FairleadProcess): Promise<Wallet> {
  const until = performance.now() + settledMsMax;
  for (;;) {
    const wallet = await fairlead.cli<Wallet>('wallet', 'show');
    if (wallet.held_usd === '0.000000000' || performance.now() > until) return wallet;
    await sleep(200);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
