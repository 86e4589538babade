// What the keeper granted is given back at most once, and nothing granted is forgotten, however answers and wants cross.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { LeaseBook, type Refill } from '#gateway/admit/lease-book.ts';
import { type ScriptedLink, startScriptedLink } from './scripted-link.ts';

const allowance = 'wallet-1';
const tidyMs = 5_000;
const longerThanIdleMs = 31_000;

type Races = {
  readonly book: LeaseBook;
  readonly link: ScriptedLink;
  /** Begins a want; resolves when the keeper has been asked. */
  want(amount: bigint): Promise<{ readonly refill: Promise<Refill> }>;
  /** The lease that the n-th want named, and what it said to have. */
  named(index: number): readonly [lease: string, have: string];
  /** As much later that the book tidies, and everything unused is idle. */
  later(): void;
};

function startBook(t: TestContext): Races {
  const clock = { now: 1_000 };
  t.mock.timers.enable({ apis: ['setInterval'] });
  t.mock.method(performance, 'now', () => clock.now);
  const scripted = startScriptedLink();
  const book = new LeaseBook({ link: scripted.link, instance: 'i1' });
  t.after(() => book.close());
  return {
    book,
    link: scripted,
    async want(amount) {
      const before = scripted.wants.length;
      const refill = book.refill([{ allowance, amount }]);
      while (scripted.wants.length === before) await turn();
      return { refill };
    },
    named(index) {
      const asked = scripted.wants[index]?.[0];
      assert.ok(asked, `there was no want ${index}`);
      return [asked.lease, asked.have];
    },
    later() {
      clock.now += longerThanIdleMs;
      t.mock.timers.tick(tidyMs);
    },
  };
}

async function grantFirst({ want, link, named }: Races, amount: bigint): Promise<string> {
  const first = await want(amount);
  const [lease] = named(0);
  link.grant({ lease, allowance, granted: String(amount) });
  assert.equal((await first.refill).kind, 'granted');
  return lease;
}

test('silence, then short, then granted: every want names the lease that the first may have opened', async (t) => {
  const { book, link, want, named } = startBook(t);
  const silent = await want(100n);
  link.silence();
  const afterSilence = await silent.refill;

  const second = await want(100n);
  link.short(allowance);
  const afterShort = await second.refill;
  const third = await want(50n);
  link.grant({ lease: named(2)[0], allowance, granted: '100' });
  const afterGrant = await third.refill;

  assert.deepEqual([afterSilence.kind, afterShort.kind, afterGrant.kind], ['silent', 'short', 'granted']);
  assert.deepEqual([named(1), named(2)], [named(0), named(0)]);
  assert.deepEqual([book.leases.get(allowance)?.id, book.leases.get(allowance)?.granted], [named(0)[0], 100n]);
  assert.deepEqual(link.gives(), []);
});

test('a recall while a want is under way gives nothing back, and one after it gives all that is free', async (t) => {
  const races = startBook(t);
  const { book, link, want } = races;
  const lease = await grantFirst(races, 100n);

  const more = await want(300n);
  book.recall(allowance);
  const during = link.gives();
  link.grant({ lease, allowance, granted: '300' });
  await more.refill;
  const granted = book.leases.get(allowance)?.granted;
  book.recall(allowance);

  assert.deepEqual(during, []);
  assert.equal(granted, 300n);
  assert.deepEqual(link.gives(), [{ kind: 'give', lease, granted: '0', done: false }]);
});

test('an idle lease stays while a want for it is under way, and goes back once afterwards', async (t) => {
  const races = startBook(t);
  const { book, link, want, later } = races;
  const lease = await grantFirst(races, 100n);

  const more = await want(300n);
  later();
  const during = { gives: link.gives(), id: book.leases.get(allowance)?.id };
  link.grant({ lease, allowance, granted: '300' });
  await more.refill;
  later();
  later();

  assert.deepEqual(during, { gives: [], id: lease });
  assert.deepEqual(link.gives(), [{ kind: 'give', lease, granted: '0', done: true }]);
  assert.equal(book.leases.size, 0);
});

test('the id of a lease that was given back for good is never asked for again', async (t) => {
  const races = startBook(t);
  const { link, want, named, later } = races;
  const lease = await grantFirst(races, 100n);
  const silent = await want(300n);
  link.silence();
  await silent.refill;
  later();

  const next = await want(100n);
  link.silence();
  await next.refill;

  assert.deepEqual(link.gives(), [{ kind: 'give', lease, granted: '0', done: true }]);
  assert.deepEqual(named(1), [lease, '100']);
  assert.notEqual(named(2)[0], lease);
  assert.equal(named(2)[1], '0');
});
