// What a gateway owes a rate it says as soon as somebody hears it: a correction that is lost locks a key for nothing.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Rate, returnToRate, takeOfRate } from '#core/allowance/rate-state.ts';
import { RateBook } from '#gateway/admit/rate-book.ts';
import type { Answer, KeeperLink } from '#gateway/keeper-link.ts';
import type { RateRow, ToKeeper } from '#keeper/interface/messages.ts';
import { eventually } from './running-fairlead.ts';

const rate = (id = 'r1'): RateRow => {
  return { id, of: 'key', unit: 'tokens', perMinute: 1_000, burst: 1_000, model: null };
};

function startBook(t: TestContext) {
  const said: ToKeeper[] = [];
  const asked: ((answer: Answer | undefined) => void)[] = [];
  const line = {
    isUp: true,
    ask: () => new Promise<Answer | undefined>((resolve) => asked.push(resolve)),
    say(message: ToKeeper) {
      // As the real one: without a connection nobody hears it.
      if (line.isUp) said.push(message);
    },
  };
  // The class has private fields, so nothing else fits its type; the book uses these three of its members alone.
  const book = new RateBook(line as unknown as KeeperLink);
  t.after(() => book.close());
  const backs = () =>
    said.flatMap((message) => (message.kind === 'rate-back' ? [[message.id, message.unused] as const] : []));
  return { book, line, backs, asked };
}

test('corrections without a connection are kept as one sum for each rate, and said when it is back', (t) => {
  const { book, line, backs } = startBook(t);
  line.isUp = false;
  book.correct([{ rate: rate(), amount: 900 }]);
  book.correct([{ rate: rate(), amount: -100 }]);
  book.correct([{ rate: rate('r2'), amount: 5 }]);
  const before = backs();

  line.isUp = true;
  book.settleUp();
  book.settleUp();

  assert.deepEqual(before, []);
  assert.deepEqual(backs(), [
    ['r1', 800],
    ['r2', 5],
  ]);
});

test('what is owed is bounded: of very many rates the oldest are forgotten', (t) => {
  const { book, line, backs } = startBook(t);
  line.isUp = false;
  for (let each = 0; each < 10_003; each += 1) book.correct([{ rate: rate(`r${each}`), amount: 1 }]);

  line.isUp = true;
  book.settleUp();

  assert.equal(backs().length, 10_000);
  assert.deepEqual(backs()[0], ['r3', 1]);
});

test('what was taken for a question that nobody waited for is used, or goes back', async (t) => {
  const { book, asked, backs } = startBook(t);
  const silent = await book.refill({ rate: rate(), amount: 300 });
  asked[0]?.({ kind: 'rate-taken', ask: 1, granted: 300, retryAfterMs: 0 });
  await sleep(0);

  assert.equal(silent.kind, 'silent');
  assert.equal(book.take([{ rate: rate(), amount: 100 }], performance.now()), undefined);
  await eventually(async () => assert.deepEqual(backs(), [['r1', 200]]));
});

test('nobody waits longer than an hour and its own bucket for what was taken before', () => {
  const limits: Rate = { unit: 'tokens', perMinute: 1_000, burst: 2_000 };
  const now = 1_000_000;
  const owed = returnToRate(limits, undefined, { unused: -50_000_000, now });

  const asked = takeOfRate(limits, owed, { need: 2_000, wanted: 2_000, now });

  assert.equal(asked.granted, 0);
  assert.equal(asked.retryAfterMs, 62 * 60_000);
  const later = takeOfRate(limits, asked.state, { need: 2_000, wanted: 2_000, now: now + asked.retryAfterMs });
  assert.equal(later.granted, 2_000);
});
