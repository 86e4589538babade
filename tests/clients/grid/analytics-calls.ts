// What Umami's own client for servers sends: its views are counted, what it says of persons is not taken.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Umami } from '@umami/node';

type Check = readonly [name: string, run: () => Promise<void>];
type View = { readonly path: string; readonly views: number };

/** Counts are handed over every five seconds. */
const countedMs = 12_000;

export function analyticsChecks(url: string, views: () => Promise<readonly View[]>): readonly Check[] {
  const umami = new Umami({ hostUrl: url, websiteId: '3fa85f64-5717-4562-b3fc-2c963f66afa6' });
  return [
    [
      'umami: a view is counted',
      async () => {
        const sent = await umami.track({ url: '/from-a-server?who=somebody', hostname: 'shop.example', title: 'Shop' });
        assert.equal(sent.status, 200);
        const until = performance.now() + countedMs;
        while (!(await views()).some(({ path }) => path === '/from-a-server') && performance.now() < until)
          await sleep(500);
        assert.deepEqual(
          (await views()).filter(({ path }) => path.includes('server')).map(({ path, views: times }) => [path, times]),
          [['/from-a-server', 1]],
        );
      },
    ],
    [
      'umami: events and persons are answered, and not kept',
      async () => {
        assert.equal((await umami.track('bought', { plan: 'large' })).status, 200);
        assert.equal((await umami.identify({ email: 'somebody@example.org' })).status, 200);
      },
    ],
  ];
}
