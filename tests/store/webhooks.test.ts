// Who is told what, on both engines: once each, by one keeper, within bounds, and no more where nothing takes it.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { KeeperEvent } from '#keeper/keeper-log.ts';
import { tellEvent } from '#keeper/webhooks/tell-event.ts';
import { WebhookPost } from '#keeper/webhooks/webhook-post.ts';
import { sealSecret } from '#keeper/webhooks/webhook-secrets.ts';
import type { Store } from '#store/store.ts';
import { eventually } from '../journeys/running-fairlead.ts';
import { startUpstream } from '../journeys/scripted-upstream.ts';
import { freshPlace, noon, onBoth, storeAt } from './store-under-test.ts';

const dayMs = 86_400_000;
const pepper = new Uint8Array(32).fill(7);
const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

function add(
  store: Store,
  id: string,
  workspace: string | null,
  over: Partial<Parameters<Store['alerts']['addWebhook']>[0]> = {},
) {
  return store.alerts.addWebhook({
    ...{ id, workspace, url: 'http://127.0.0.1:9/hook', isGuarded: false, createdAt: noon },
    events: ['policy-announced', 'key-stopped', 'endpoint-out'],
    sealed: sealSecret(pepper, id, secret, new Uint8Array(12).fill(3)),
    ...over,
  });
}

async function other(store: Store): Promise<string> {
  const made = await store.accounts.createWorkspace({ name: 'other', creditNano: 0n, now: noon });
  assert.ok(made !== 'taken');
  return made.id;
}

onBoth(
  'a notice is told to each webhook once, by however many keepers, and to one that comes before its day',
  async (t) => {
    const { store, workspace } = await storeAt(t, await freshPlace(t), 0n);
    await add(store, 'whk_1', workspace);
    await add(store, 'whk_2', await other(store));
    await add(store, 'whk_3', null);
    await add(store, 'whk_4', workspace, { events: ['key-stopped'] });
    const effective = noon + 30 * dayMs;
    await store.notices.tell({
      ...{ id: 'policy strict-2', kind: 'policy', subject: 'strict-2', material: true, at: noon, effective },
    });

    const told = await Promise.all(Array.from({ length: 4 }, () => store.alerts.tellNotices(noon)));
    await add(store, 'whk_5', workspace);
    const later = await store.alerts.tellNotices(noon + dayMs);

    assert.equal(
      told.reduce((sum, each) => sum + each, 0),
      3,
    );
    assert.equal(later, 1);
    assert.equal(await store.alerts.tellNotices(effective + dayMs), 0, 'what holds is no news');
    assert.equal((await store.alerts.deliveries('whk_4')).length, 0);
    const [due] = await store.alerts.takeDue({ max: 1, now: noon, againAfterMs: 60_000, busy: [] });
    const { type, data } = JSON.parse(due?.body ?? '{}');
    assert.equal(type, 'policy-announced');
    assert.deepEqual(data, { notice: 'policy strict-2', subject: 'strict-2', material: true, effective: '2026-12-02' });
  },
);

onBoth(
  'an event of a workspace is told to that workspace and the operator, one of the operator to nobody else',
  async (t) => {
    const { store, workspace } = await storeAt(t, await freshPlace(t), 0n);
    await add(store, 'whk_1', workspace);
    await add(store, 'whk_2', await other(store));
    await add(store, 'whk_3', null);

    await tellEvent(store.alerts, { event: 'key-stopped', workspace, key: 'key_1', why: 'leaked' }, noon);
    await tellEvent(store.alerts, { event: 'endpoint-out', endpoint: 'm@u', why: 'ejected' }, noon);
    await tellEvent(store.alerts, { event: 'made-up', workspace }, noon);

    const events = async (id: string) => (await store.alerts.deliveries(id)).map(({ event }) => event).sort();
    assert.deepEqual(await events('whk_1'), ['key-stopped']);
    assert.deepEqual(await events('whk_2'), []);
    assert.deepEqual(await events('whk_3'), ['endpoint-out', 'key-stopped']);
  },
);

onBoth(
  'each message goes to one taker, one of each address at a time; a thousand wait, the oldest are lost',
  async (t) => {
    const { store, workspace, behind } = await storeAt(t, await freshPlace(t), 0n);
    await add(store, 'whk_1', workspace);
    await add(store, 'whk_2', workspace);
    const hook = { id: 'whk_1', workspace };
    const tell = (number: number) =>
      store.alerts.tellOne(hook, { event: 'key-stopped', about: `n ${number}`, body: '{}', now: noon + number });
    await behind.change(`insert into webhook_delivery (id, webhook, workspace, about, event, body, at, state, tries, next_at)
    with recursive number (n) as (select 0 union all select n + 1 from number where n < 1000)
    select 'msg_' || n, 'whk_1', '${workspace}', 'n ' || n, 'key-stopped', '{}', ${noon} + n, 'due', 0, ${noon} + n from number`);
    for (let number = 1_001; number < 1_003; number += 1) await tell(number);
    await store.alerts.tellOne({ id: 'whk_2', workspace }, { event: 'key-stopped', about: 'x', body: '{}', now: noon });

    const take = (busy: readonly string[] = []) =>
      store.alerts.takeDue({ max: 16, now: noon + 5_000, againAfterMs: 60_000, busy });
    const taken = (await Promise.all([take(), take()])).flat();

    const ids = taken.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    assert.equal(taken.filter(({ webhook }) => webhook.id === 'whk_2').length, 1);
    assert.deepEqual(await take(['whk_1', 'whk_2']), []);
    const lost = await behind.rows(`select about from webhook_delivery where answer = 'too-many' order by at`);
    assert.deepEqual(
      lost.map(({ about }) => about),
      ['n 0', 'n 1', 'n 2'],
    );
  },
);

onBoth(
  "an address that fails keeps none of the places for its next message, and the operator's messages go first",
  async (t) => {
    const { store, workspace } = await storeAt(t, await freshPlace(t), 0n);
    await add(store, 'whk_1', workspace);
    await add(store, 'whk_2', null);
    const tell = (id: string, about: string, now: number) =>
      store.alerts.tellOne(
        { id, workspace: id === 'whk_1' ? workspace : null },
        { event: 'key-stopped', about, body: '{}', now },
      );
    for (const about of ['a', 'b']) await tell('whk_1', about, noon);
    await tell('whk_2', 'c', noon + 500);
    const take = async (now: number) =>
      (await store.alerts.takeDue({ max: 1, now, againAfterMs: 600_000, busy: [] })).map(({ id, webhook }) => ({
        id,
        webhook: webhook.id,
      }));

    const [first] = await take(noon + 1_000);
    const [second] = await take(noon + 1_000);
    assert.deepEqual([first?.webhook, second?.webhook], ['whk_2', 'whk_1']);

    const failed = { webhook: 'whk_1', isSent: false, answer: 'late', nextAt: noon + 90_000, now: noon + 11_000 };
    await store.alerts.ended({ ...failed, id: second?.id ?? '' });
    assert.deepEqual(await take(noon + 40_000), []);
    assert.deepEqual(
      (await take(noon + 41_000)).map(({ webhook }) => webhook),
      ['whk_1'],
      'half a minute later the other message',
    );
  },
);

onBoth(
  'what is refused is tried again later and later; after five days the address is disabled, and its owners get a letter',
  async (t) => {
    const { store, workspace } = await storeAt(t, await freshPlace(t), 0n);
    await store.members.addMember({ workspace, person: 'per_owner', role: 'owner', now: noon });
    await store.members.addMember({ workspace, person: 'per_viewer', role: 'viewer', now: noon });
    let status = 503;
    const receiver = await startUpstream(t, ({ response }) => {
      response.writeHead(status);
      response.end();
    });
    await add(store, 'whk_1', workspace, { url: `${receiver.url}/hook` });
    const post = started(t, store);
    await tellEvent(store.alerts, { event: 'key-stopped', workspace, key: 'key_1', why: 'leaked' }, noon);

    const gaps: number[] = [];
    for (let tries = 1; tries <= 9; tries += 1) {
      const delivery = await eventually(async () => {
        const [only] = await store.alerts.deliveries('whk_1');
        assert.equal(only?.tries, tries);
        assert.equal(only.answer, '503');
        assert.notEqual(only.nextAt, post.now + 60_000);
        return only;
      });
      gaps.push(delivery.nextAt - post.now);
      post.now = delivery.nextAt;
    }
    assert.ok(
      gaps.every((gap, index) => index === 0 || gap >= (gaps[index - 1] ?? 0) * 0.9),
      String(gaps),
    );
    assert.ok((gaps[0] ?? 0) >= 5_000 && (gaps[0] ?? 0) <= 5_500);
    assert.ok((gaps.at(-1) ?? 0) <= 12 * 3_600_000 * 1.1);
    await eventually(async () => assert.equal((await store.alerts.deliveries('whk_1'))[0]?.state, 'failed'));

    post.now = noon + 5 * dayMs + 1;
    await tellEvent(store.alerts, { event: 'key-stopped', workspace, key: 'key_2', why: 'leaked' }, post.now);
    for (let tries = 1; tries < 3; tries += 1) {
      await eventually(async () => {
        const [only] = await store.alerts.deliveries('whk_1');
        assert.equal(only?.answer, '503');
        assert.equal(only.tries, tries);
        assert.notEqual(only.nextAt, post.now + 60_000);
        post.now = only.nextAt;
      });
    }
    await eventually(async () => {
      const [hook] = await store.alerts.webhooks(workspace);
      assert.equal(hook?.disabled, 'failing');
    });
    assert.deepEqual(post.logged, ['webhook-disabled']);
    const letters = await eventually(async () => {
      const taken = await store.alerts.takeLetters({ max: 10, now: post.now, againAfterMs: 60_000 });
      assert.equal(taken.length, 1);
      return taken;
    });
    assert.deepEqual(
      letters.map(({ person, event }) => [person, event]),
      [['per_owner', 'webhook-disabled']],
    );
    const before = receiver.received.length;
    await tellEvent(store.alerts, { event: 'key-stopped', workspace, key: 'key_3', why: 'leaked' }, post.now);
    assert.equal((await store.alerts.deliveries('whk_1')).length, 2, 'nothing is told to it');

    status = 410;
    await store.alerts.changeWebhook('whk_1', { disabled: null, now: post.now });
    await tellEvent(store.alerts, { event: 'key-stopped', workspace, key: 'key_4', why: 'leaked' }, post.now);
    await eventually(async () => assert.equal((await store.alerts.webhooks(workspace))[0]?.disabled, 'gone'));
    assert.equal(receiver.received.length, before + 1);
  },
);

onBoth('what a member entered is asked at a public host alone, and a restricted workspace tells nothing', async (t) => {
  const { store, workspace } = await storeAt(t, await freshPlace(t), 0n);
  const receiver = await startUpstream(t, ({ response }) => void response.end());
  await add(store, 'whk_1', workspace, { url: receiver.url.replace('http:', 'https:'), isGuarded: true });
  await add(store, 'whk_2', workspace, { url: receiver.url });
  const restriction = { kind: 'workspace', subject: workspace, workspace: '', activity: 'all' } as const;
  await store.rights.restrict(restriction, noon);
  started(t, store);
  await tellEvent(store.alerts, { event: 'key-stopped', workspace, key: 'key_1', why: 'leaked' }, noon);
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(receiver.received.length, 0);

  await store.rights.lift(restriction, noon);

  await eventually(async () => assert.equal(receiver.received.length, 1));
  await eventually(async () => assert.equal((await store.alerts.deliveries('whk_1'))[0]?.answer, 'private'));
});

function started(t: TestContext, store: Store): { now: number; readonly logged: KeeperEvent[] } {
  const clock = { now: noon, logged: [] as KeeperEvent[] };
  const log = (event: KeeperEvent) => void clock.logged.push(event);
  const post = new WebhookPost({ alerts: store.alerts, pepper, log, now: () => clock.now, everyMs: 20 });
  post.start();
  t.after(() => post.stop());
  return clock;
}
