// J13 on both engines: news by mail go to who agreed to the words that hold now, and to nobody else.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { newsWordingNow, newsWordings } from '#core/privacy/news/news-wording.ts';
import { noon, onBoth, storeWith } from './store-under-test.ts';

const hourMs = 3_600_000;
const wording = newsWordingNow().version;

onBoth('nobody gets news who did not agree, agreed to other words, took it back, or is restricted', async (t) => {
  const { store } = await storeWith(t, 0n);
  const agree = (person: string, words = wording) => store.news.consent({ person, wording: words, now: noon });
  for (const person of ['ann', 'bob', 'cleo', 'dan']) assert.equal(await agree(person), true);
  await agree('old', wording - 1);
  await store.news.withdraw({ person: 'bob', way: 'page', now: noon });
  await store.rights.restrict({ kind: 'person', subject: 'cleo', workspace: '', activity: 'all' }, noon);

  const sent = await store.news.send({ subject: 'June', text: 'New models.', wording, now: noon });
  await store.news.withdraw({ person: 'dan', way: 'link', now: noon + 1 });
  await agree('late');

  assert.equal(sent.people, 2);
  assert.equal(await store.news.mailDue(), 1, 'what dan was to get is not written any more');
  const taken = await store.news.takeMail({ max: 50, now: noon + 2, againAfterMs: hourMs, wording });
  assert.deepEqual(taken, [{ news: sent.id, person: 'ann', subject: 'June', text: 'New models.' }]);
});

onBoth('who takes it back while the letter waits at a console gets it from no other one', async (t) => {
  const { store } = await storeWith(t, 0n);
  await store.news.consent({ person: 'ann', wording, now: noon });
  await store.news.send({ subject: 'June', text: 'x', wording, now: noon });
  const take = (now: number) => store.news.takeMail({ max: 50, now, againAfterMs: hourMs, wording });
  assert.equal((await Promise.all([take(noon), take(noon), take(noon)])).flat().length, 1, 'of three one writes it');

  await store.news.withdraw({ person: 'ann', way: 'link', now: noon + 1 });
  assert.deepEqual(await take(noon + 2 * hourMs), []);
  assert.equal(await store.news.mailDue(), 0);
  assert.deepEqual(
    (await store.news.list()).map(({ people, sent, failed }) => [people, sent, failed]),
    [[1, 0, 0]],
  );
});

onBoth('what was agreed to stands with its words and instants, also after it was taken back', async (t) => {
  const { store } = await storeWith(t, 0n);
  const agree = (words: number, now: number) => store.news.consent({ person: 'ann', wording: words, now });
  assert.equal(await agree(1, noon), true);
  assert.equal(await agree(1, noon + 1), false, 'once');
  assert.equal(await agree(2, noon + 2), true, 'other words are another consent');
  assert.equal(await store.news.withdraw({ person: 'ann', way: 'link', now: noon + 3 }), true);
  assert.equal(await store.news.withdraw({ person: 'ann', way: 'page', now: noon + 4 }), false);

  assert.deepEqual(await store.news.consentsOf('ann'), [
    { wording: 2, givenAt: noon + 2, withdrawnAt: noon + 3, withdrawnWay: 'link' },
    { wording: 1, givenAt: noon, withdrawnAt: noon + 2, withdrawnWay: 'page' },
  ]);
  assert.deepEqual(await store.news.consentsOf('bob'), []);
});

test('words that somebody agreed to stay as they are', () => {
  const known = ['c01af4a3'];
  assert.deepEqual(
    newsWordings.map(({ text }) => createHash('sha256').update(text).digest('hex').slice(0, 8)),
    known,
    'Add another version instead of changing one.',
  );
  assert.deepEqual(
    newsWordings.map(({ version }) => version),
    newsWordings.map((_, index) => index + 1),
  );
});
