// Reports over usage: every question, from hours and from days alike, and sums that are what their records add up to.
import assert from 'node:assert/strict';
import { endReasons } from '#core/generation/end-reason.ts';
import { openReports } from '#store/open-reports.ts';
import { type UsageAsk, type UsageQuestion, type UsageSum, usageQuestions } from '#store/usage-reports.ts';
import { ended, newKey, noon, onBoth, type StoreUnderTest, storeWith } from './store-under-test.ts';

const hourMs = 3_600_000;
const today = Math.floor(noon / (24 * hourMs));

type Given = StoreUnderTest & { readonly keys: readonly string[] };

/** 240 generations of three keys, five models' endpoints and two days, with an end of every kind. */
async function withGenerations(under: StoreUnderTest): Promise<Given> {
  const { store, workspace } = under;
  const keys: string[] = [];
  for (const [index, tags] of [['team-a', 'batch'], ['team-a'], []].entries()) {
    const { id } = await store.accounts.createKey(newKey(workspace, { hash: `h${index}`, tags }));
    keys.push(id);
  }
  const records = Array.from({ length: 240 }, (_, index) =>
    ended(under, '', {
      generation: `gen-r${index}`,
      key: keys[index % 3] ?? '',
      model: `m/${index % 5}`,
      endpoint: index % 7 === 0 ? null : `m/${index % 5}@up${index % 2}`,
      endReason: endReasons[index % endReasons.length] ?? 'completed',
      charge: '0',
      uses: [],
      at: noon - 60 * hourMs + Math.floor((index * 72 * hourMs) / 240),
    }),
  );
  await store.postings.post(records, noon);
  return { ...under, keys };
}

function asking(workspace: string, by: readonly UsageQuestion[], over: Partial<UsageAsk> = {}): UsageAsk {
  return {
    ...{ workspace, key: undefined, by, providers: { up0: 'openai' } },
    ...{ fromHour: (today - 3) * 24, untilHour: (today + 1) * 24 },
    ...over,
  };
}

const requestsBy = (sums: readonly UsageSum[], question: UsageQuestion) =>
  Object.fromEntries(sums.map((sum) => [String(sum[question]), sum.requests]));

onBoth('each question adds up to the same, and hours and days agree', async (t) => {
  const { store, workspace, keys } = await withGenerations(await storeWith(t, 0n));
  const total = async (by: readonly UsageQuestion[], over: Partial<UsageAsk> = {}) =>
    (await store.reports.usage(asking(workspace, by, over))).reduce((sum, { requests }) => sum + requests, 0);

  for (const question of usageQuestions) {
    // A key of two tags counts under both.
    assert.equal(await total([question]), question === 'tag' ? 320 : 240, question);
  }
  const byDay = await store.reports.usage(asking(workspace, ['day', 'model']));
  const fromHours = await store.reports.usage(asking(workspace, ['day', 'model'], { fromHour: (today - 3) * 24 - 1 }));
  assert.deepEqual(byDay, fromHours);
  assert.deepEqual(requestsBy(await store.reports.usage(asking(workspace, ['tag'])), 'tag'), {
    ...{ '': 80, batch: 80, 'team-a': 160 },
  });
  const providers = requestsBy(await store.reports.usage(asking(workspace, ['provider'])), 'provider');
  assert.deepEqual(Object.keys(providers).toSorted(), ['', 'openai', 'up1']);
  assert.equal(await total(['model'], { key: keys[0] ?? '' }), 80);
  assert.equal(await total(['key'], { workspace: undefined }), 240);
  assert.equal(await total(['day'], { workspace: 'ws_other' }), 0);
});

onBoth(
  'kept sums are what records add up to; what differs is found, made anew, and then nothing differs',
  async (t) => {
    const { store, behind, workspace } = await withGenerations(await storeWith(t, 0n));
    const days = await store.reports.recordedDays();
    assert.equal(days.length, 3);
    for (const day of days) assert.equal((await store.reports.checkUsage(day)).differing, 0);
    const before = await store.reports.usage(asking(workspace, [...usageQuestions]));

    await behind.change(`update usage_hour set input = input + 1 where key = (select min(key) from usage_hour)`);
    await behind.change(`delete from usage_day where model = 'm/1'`);
    const differing = [];
    for (const day of days) differing.push((await store.reports.checkUsage(day)).differing);
    assert.ok(differing.every((count) => count > 0));
    for (const day of days) await store.reports.rebuildUsage(day);

    for (const day of days) assert.equal((await store.reports.checkUsage(day)).differing, 0);
    assert.deepEqual(await store.reports.usage(asking(workspace, [...usageQuestions])), before);
  },
);

onBoth('a sum that no record stands behind is found as well', async (t) => {
  const { store, behind } = await withGenerations(await storeWith(t, 0n));
  for (const [table, unit, at] of [
    ['usage_hour', 'hour', today * 24],
    ['usage_day', 'day', today],
  ]) {
    await behind.change(
      `insert into ${table} (workspace, ${unit}, key, model, endpoint, requests) values ('ws_ghost', ${at}, 'k', 'm', 'e', 1)`,
    );
  }

  assert.equal((await store.reports.checkUsage(today)).differing, 1);
  await store.reports.rebuildUsage(today);
  assert.equal((await store.reports.checkUsage(today)).differing, 0);
});

onBoth('where sums are older than the log, the day of its oldest record is no measure', async (t) => {
  const { store, behind } = await withGenerations(await storeWith(t, 0n));
  const days = await store.reports.recordedDays();

  await behind.change(`delete from generation where ended_at < ${(days[1] ?? 0) * 24 * hourMs + hourMs}`);

  assert.deepEqual(await store.reports.recordedDays(), days.slice(2));
  await behind.change('delete from generation');
  assert.deepEqual(await store.reports.recordedDays(), []);
});

onBoth('a posting beside a rebuild is counted once', async (t) => {
  const under = await withGenerations(await storeWith(t, 0n));
  const { store } = under;
  const late = (index: number) =>
    ended(under, '', { generation: `gen-late${index}`, charge: '0', uses: [], at: noon, model: 'm/late' });

  await Promise.all([
    store.reports.rebuildUsage(today),
    ...Array.from({ length: 10 }, (_, index) => store.postings.post([late(index)], noon)),
    store.reports.rebuildUsage(today),
  ]);

  assert.equal((await store.reports.checkUsage(today)).differing, 0);
});

onBoth('SQLite has a second way to its reports, which sees the same', async (t, engine) => {
  const { store, workspace, dataDir } = await withGenerations(await storeWith(t, 0n));
  if (engine === 'postgres') return;
  const reports = openReports(dataDir);
  t.after(() => reports.close());

  const ask = asking(workspace, ['day', 'key', 'model']);
  assert.deepEqual(await reports.usage(ask), await store.reports.usage(ask));
});
