// What people are told of outages: once for all gateways, and once that it is over.
import assert from 'node:assert/strict';
import { HealthDesk } from '#keeper/feed/health-desk.ts';
import { onBoth, storeWith } from '../store/store-under-test.ts';

onBoth('several gateways meet one outage, and people hear of it once, and once that it is over', async (t) => {
  const { hints } = (await storeWith(t, 0n)).store;
  const told: Readonly<Record<string, string>>[] = [];
  const now = Date.parse('2026-11-29T12:00:00Z');
  const desk = new HealthDesk({ hints, now: () => now, tell: (alert) => void told.push(alert) });

  const endpoint = { endpoint: 'm@a', why: 'ejected' };
  const credential = { credential: 'a#1', why: 'quarantined' };
  for (let gateway = 0; gateway < 3; gateway += 1) {
    await desk.alert({ event: 'endpoint-out', ...endpoint });
    await desk.alert({ event: 'credential-out', ...credential });
  }
  for (let gateway = 0; gateway < 3; gateway += 1) {
    await desk.alert({ event: 'endpoint-back', ...endpoint });
    await desk.alert({ event: 'credential-back', ...credential });
  }

  assert.deepEqual(
    told.map(({ event }) => event),
    ['endpoint-out', 'credential-out', 'endpoint-back', 'credential-back'],
  );
  assert.deepEqual(told[0], { event: 'endpoint-out', ...endpoint, at: '2026-11-29T12:00:00.000Z' });
});

onBoth('a hint reaches other keepers of the same store, each once', async (t) => {
  const { hints } = (await storeWith(t, 0n)).store;
  let now = 1_000;
  const [desk, other] = [1, 2].map(() => new HealthDesk({ hints, now: () => now, tell: undefined }));
  now = 2_000;
  await desk?.take('g', [{ endpoint: 'm@a', outUntil: 9_000, firstContentMs: null, millitokensPerSecond: null }]);

  const heard = await other?.news();
  assert.deepEqual(
    heard?.map((hint) => [hint.endpoint, hint.instance, hint.outUntil]),
    [['m@a', 'g', 9_000]],
  );
  assert.deepEqual(await other?.news(), []);
  assert.equal((await desk?.fresh())?.length, 1);
  now += 2_000_000;
  assert.deepEqual(await desk?.fresh(), []);
});
