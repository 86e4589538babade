// A budget is a promise in money: however many ask at once, what is spent and set aside together never exceeds it, and
// what is left at the end would not have paid for anybody who was refused.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FairleadProcess } from '../support/fairlead-process.ts';
import { type Called, callChat, manySockets } from '../support/stream-caller.ts';
import { type ADollar, paces, startWithADollar, tokensMax } from './a-dollar.ts';
import { nano, type Wallet, watchWallet } from './watch-wallet.ts';

const rounds = Number(process.env.FAIRLEAD_TEST_ROUNDS ?? 5);
const requests = 1_000;
const dollar = nano('1');
const cent = nano('0.01');
const shownMsMax = 2_000;
/** What has ended is posted at the latest so much later. */
const postedMs = 400;

for (let round = 1; round <= rounds; round += 1) {
  for (const stream of [false, true]) {
    const kind = stream ? 'streamed' : 'whole';

    test(`a dollar pays for exactly 100 of 1,000 ${kind} answers of a cent (round ${round})`, async (t) => {
      const { fairlead, key } = await startWithADollar(t);

      const calls = await askAtOnce(t, { fairlead, key, stream });

      assert.deepEqual(tally(calls), { '200 whole': 100, '402 insufficient_credits': 900 });
      await expectWallet(fairlead, { spent: '1.000000000', balance: '0.000000000' });
      assert.deepEqual(await ledger(fairlead), { ok: true, generations: 100 });
    });
  }

  test(`a spend limit of half a dollar pays for exactly 50 of 1,000 answers of a cent (round ${round})`, async (t) => {
    const { fairlead, key } = await startWithADollar(t, ['--limit-usd', '0.50']);

    const calls = await askAtOnce(t, { fairlead, key, stream: round % 2 === 0 });

    assert.deepEqual(tally(calls), { '200 whole': 50, '402 spend_limit_reached': 950 });
    await expectWallet(fairlead, { spent: '0.500000000', balance: '0.500000000' });
    assert.deepEqual(await ledger(fairlead), { ok: true, generations: 50 });
  });

  test(`a limit of 30 requests lets exactly 30 of 1,000 through (round ${round})`, async (t) => {
    const { fairlead, key } = await startWithADollar(t, ['--limit-requests', '30']);

    const calls = await askAtOnce(t, { fairlead, key, stream: round % 2 === 0 });

    assert.deepEqual(tally(calls), { '200 whole': 30, '429 request_limit_reached': 970 });
    await expectWallet(fairlead, { spent: '0.300000000', balance: '0.700000000' });
    assert.deepEqual(await ledger(fairlead), { ok: true, generations: 30 });
  });

  test(`spent and held never exceed the dollar, and what is left could pay for nobody (round ${round})`, async (t) => {
    const aDollar = await startWithADollar(t);
    const watching = watchWallet(aDollar.fairlead, aDollar.dataDir);
    t.after(() => watching.stop());

    const asked = await askUntilNobodyCanBePaid(t, aDollar);

    const watched = await watching.stop();
    const wallet = await shownWallet(aDollar.fairlead);
    say(
      `round ${round}: ${asked.answered} answered, ${asked.refused} refused, after ${asked.calls} requests; ` +
        `most spent and leased ${watched.storedMost} (looked ${watched.storedTimes} times), ` +
        `most spent and held ${watched.shownMost} (${watched.shownTimes} times); left ${wallet.balance_usd}`,
    );
    assert.ok(watched.storedMost <= dollar, `${watched.storedMost} nano-dollars were spent or leased at once`);
    assert.ok(watched.shownMost <= dollar, `${watched.shownMost} nano-dollars were shown as spent or held at once`);
    assert.equal(asked.answered + asked.refused, requests);
    assert.ok(asked.refused > 0, 'somebody was refused for good');
    assert.ok(nano(wallet.balance_usd) < cent, `${wallet.balance_usd} is left, and would have paid for one more`);
    assert.equal(wallet.held_usd, '0.000000000');
    assert.equal(nano(wallet.balance_usd) + nano(wallet.spent_usd), dollar);
    assert.deepEqual(await ledger(aDollar.fairlead), { ok: true, generations: asked.answered });
  });
}

type Burst = { readonly fairlead: FairleadProcess; readonly key: string; readonly stream: boolean };

/** A thousand callers in the same instant, on a key that this process has never seen. */
async function askAtOnce(t: TestContext, { fairlead, key, stream }: Burst): Promise<readonly Called[]> {
  const agent = manySockets();
  t.after(() => agent.destroy());
  const ask = { url: fairlead.url, key, agent, headers: noClamp, body: question('sim/fill', stream) };
  return await Promise.all(Array.from({ length: requests }, () => callChat(ask)));
}

/**
 * Answers of random length, some of them slow. Who is refused asks again, until nobody was answered in a pass that began
 * with nothing held: then whatever is left has paid for nobody who wanted it.
 */
async function askUntilNobodyCanBePaid(t: TestContext, { fairlead, key }: ADollar) {
  const agent = manySockets();
  t.after(() => agent.destroy());
  const asked = { answered: 0, refused: requests, calls: 0 };
  for (let answeredNow = 1; answeredNow > 0; ) {
    const pass = Array.from({ length: asked.refused }, async (_, index) => {
      await sleep(Math.random() * 300);
      const model = index % 3 === 0 ? pick(paces) : 'fill-random';
      const body = question(`sim/${model}`, index % 2 === 0);
      return await callChat({ url: fairlead.url, key, agent, headers: noClamp, body });
    });
    const calls = await Promise.all(pass);
    const counts = tally(calls);
    answeredNow = counts['200 whole'] ?? 0;
    asked.calls += calls.length;
    asked.answered += answeredNow;
    asked.refused = counts['402 insufficient_credits'] ?? 0;
    assert.equal(answeredNow + asked.refused, calls.length, JSON.stringify(counts));
  }
  return asked;
}

const noClamp = { 'x-fairlead-clamp': 'off' };

function question(model: string, stream: boolean): Record<string, unknown> {
  return { model, stream, max_tokens: tokensMax, messages: [{ role: 'user', content: 'Fill the hold.' }] };
}

function pick<Item>(items: readonly Item[]): Item | undefined {
  return items[Math.floor(Math.random() * items.length)];
}

/** How many of each outcome: the status, and `whole`, `broken` or the error. */
function tally(calls: readonly Called[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const call of calls) {
    const word = `${call.status} ${outcomeOf(call)}`;
    counts[word] = (counts[word] ?? 0) + 1;
  }
  return counts;
}

function outcomeOf({ status, isWhole, body }: Called): string {
  if (isWhole) return 'whole';
  if (status < 400) return 'broken';
  const { error } = JSON.parse(body) as { error: { code: string; message: string } };
  // A fault of ours says why.
  return status < 500 ? error.code : error.message;
}

/** An ended generation shows within two seconds; that nothing is held any more says nothing of when it is posted. */
async function shownWallet(fairlead: FairleadProcess): Promise<Wallet> {
  const until = performance.now() + shownMsMax;
  const isSame = (a: Wallet, b: Wallet) => a.spent_usd === b.spent_usd && b.held_usd === '0.000000000';
  let wallet = await fairlead.cli<Wallet>('wallet', 'show');
  for (;;) {
    await sleep(postedMs);
    const next = await fairlead.cli<Wallet>('wallet', 'show');
    if (isSame(wallet, next) || performance.now() > until) return next;
    wallet = next;
  }
}

async function expectWallet(fairlead: FairleadProcess, expected: { spent: string; balance: string }): Promise<void> {
  const { spent_usd, balance_usd, held_usd } = await shownWallet(fairlead);
  assert.deepEqual([spent_usd, balance_usd, held_usd], [expected.spent, expected.balance, '0.000000000']);
}

async function ledger(fairlead: FairleadProcess): Promise<{ ok: boolean; generations: number }> {
  const { ok, generations } = await fairlead.cli<{ ok: boolean; generations: number }>('ledger', 'check');
  return { ok, generations };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
