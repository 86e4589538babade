// A week in seconds: prices and latency change, endpoints degrade, die, come back, say 429. What the product decides is
// the product's; only the clock and the world are made up.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Nature, VirtualFleet } from './virtual-fleet.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const perSecond = 0.5;

function natureOf(price: number, firstContentMs: number, tokensPerSecond: number): Nature {
  return { price, firstContentMs, tokensPerSecond, retryAfterMs: 20_000, fails: () => undefined };
}

function between(from: number, to: number, status: number) {
  return (now: number) => (now >= from && now < to ? status : undefined);
}

const natures = {
  cheap: natureOf(1, 500, 60),
  even: natureOf(1.1, 500, 60),
  quick: natureOf(1.5, 200, 120),
  dear: natureOf(4, 200, 120),
};
const { cheap, even, quick } = natures;
const fleet = new VirtualFleet(natures, 'adjusted-share', 11);

/** Of all requests of these hours, the share that was answered. */
function goodput(from: number, to: number): number {
  return 1 - (fleet.shares(from, to).none ?? 0);
}

test('Monday: shares follow price and speed, and nobody has none', () => {
  fleet.run(day, perSecond);

  const { cheap: a = 0, even: b = 0, quick: c = 0, dear: d = 0 } = fleet.shares(hour, day);
  assert.ok(a > b && b > c && c > d, `${a} ${b} ${c} ${d}`);
  assert.ok(a < 0.6 && d > 0.001 && d < 0.05);
  assert.equal(goodput(0, day), 1);
});

test('Tuesday: a price that doubles at noon moves the traffic within minutes', () => {
  fleet.run(1.5 * day, perSecond);
  cheap.price = 2.2;
  fleet.reprice();
  fleet.run(2 * day, perSecond);

  const before = fleet.shares(day, 1.5 * day).cheap ?? 0;
  const after = fleet.shares(1.5 * day + 5 * minute, 2 * day).cheap ?? 0;
  assert.ok(after < before / 4, `${before} then ${after}`);
  cheap.price = 1;
  fleet.reprice();
});

test('Wednesday: who answers ever more slowly loses traffic within half an hour, and has it again when it is quick', () => {
  fleet.run(2.25 * day, perSecond);
  const before = fleet.shares(2 * day + hour, 2.25 * day).even ?? 0;
  even.firstContentMs = 9_000;
  fleet.run(2.75 * day, perSecond);
  even.firstContentMs = 500;
  fleet.run(3 * day, perSecond);

  const slow = fleet.shares(2.25 * day + 0.5 * hour, 2.75 * day).even ?? 0;
  const again = fleet.shares(2.75 * day + hour, 3 * day).even ?? 0;
  assert.ok(slow < before / 3, `${before} then ${slow}`);
  assert.ok(again > before * 0.8, `${before}, later ${again}`);
  assert.equal(goodput(2 * day, 3 * day), 1, 'slow is not broken');
});

test('Thursday: one that dies is ejected, looked after every ten seconds, and back within two minutes of its return', () => {
  const [diesAt, returnsAt] = [3.25 * day, 3.25 * day + hour];
  cheap.fails = between(diesAt, returnsAt, 503);
  fleet.run(diesAt + minute, perSecond);
  const sentBefore = fleet.sent.get('cheap') ?? 0;
  fleet.run(returnsAt, perSecond);
  const probes = (fleet.sent.get('cheap') ?? 0) - sentBefore;
  fleet.run(4 * day, perSecond);

  assert.ok(probes >= 59 * 6 * 0.9 && probes <= 59 * 60 * perSecond, `${probes} looked`);
  assert.equal(goodput(3 * day, 4 * day), 1, 'nobody noticed');
  assert.equal(fleet.shares(diesAt, returnsAt).cheap, 0);
  const usual = fleet.shares(3 * day, diesAt).cheap ?? 0;
  const back = fleet.shares(returnsAt + 2 * minute, returnsAt + 2 * hour).cheap ?? 0;
  // It is remembered for half an hour that it failed.
  assert.ok(back > usual / 3, `${usual}, later ${back}`);
  const later = fleet.shares(returnsAt + 2 * hour, 4 * day).cheap ?? 0;
  assert.ok(later > usual * 0.8, `${usual}, later ${later}`);
  const told = fleet.news.filter(({ at }) => at > 3 * day).map(({ kind }) => kind);
  assert.deepEqual(told, ['endpoint-out', 'endpoint-back'], 'one outage, told once');
});

test('Friday: one that says 429 above a rate gets about that rate, and no request fails', () => {
  const from = 4.25 * day;
  const times: number[] = [];
  cheap.fails = (now) => {
    if (now < from || now >= from + 6 * hour) return undefined;
    while ((times[0] ?? now) < now - minute) times.shift();
    if (times.length >= 6) return 429;
    times.push(now);
    return undefined;
  };
  const sentBefore = fleet.sent.get('cheap') ?? 0;
  fleet.run(from + 6 * hour, perSecond);
  const sent = (fleet.sent.get('cheap') ?? 0) - sentBefore;
  const { cheap: share = 0 } = fleet.shares(from, from + 6 * hour);
  fleet.run(5 * day, perSecond);

  assert.equal(goodput(4 * day, 5 * day), 1);
  assert.ok(share > 0.05 && share <= 6 / 30 + 0.01, `${share} served`);
  assert.ok(sent > 0);
});

test('Saturday: when all are gone the callers are told, and half a minute after their return all is well', () => {
  const [from, to] = [5.5 * day, 5.5 * day + 10 * minute];
  for (const each of Object.values(natures)) each.fails = between(from, to, 500);
  fleet.run(6 * day, perSecond);

  assert.equal(goodput(from + minute, to), 0);
  assert.ok(goodput(to, to + 30_000) >= 0.95, `${goodput(to, to + 30_000)}`);
  assert.equal(goodput(to + 30_000, 6 * day), 1);
});

test('Sunday: one that fails a tenth of the time keeps a smaller share, and one request in a thousand notices at most', () => {
  quick.fails = (_, draw) => (draw() < 0.1 ? 500 : undefined);
  fleet.run(7 * day, perSecond);

  const usual = fleet.shares(day / 2, day).quick ?? 0;
  const share = fleet.shares(6 * day + hour, 7 * day).quick ?? 0;
  assert.ok(share < usual && share > 0, `${usual} then ${share}`);
  assert.ok(goodput(6 * day, 7 * day) >= 0.999);
  assert.ok(fleet.served.every(({ attempts }) => attempts <= 3));
});
