// J13 as a person, its mail program and an operator see it: letters of the service, and news that it must have agreed to.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startSmtpDouble } from '../support/smtp-double.ts';
import { ada, Browser, setUp } from './browser.ts';
import { call } from './caller.ts';
import { eventually, runInFolder } from './running-fairlead.ts';

const folder = mkdtempSync(join(tmpdir(), 'fl-news-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
const smtp = await startSmtpDouble({ after });
const start = () => runInFolder({ after }, folder, { config: smtp.mail });

type Choices = {
  readonly data: {
    readonly service: { readonly always: boolean };
    readonly news: {
      readonly consents: boolean;
      readonly wording: { readonly version: number; readonly text: string };
      readonly history: readonly { readonly version: number; readonly withdrawn_by: string | null }[];
    };
  };
};

test('news go to who agreed to the words that were shown, and one click ends them without a sign-in', async () => {
  const first = await start();
  const owner = await setUp(first);
  const news = async (browser: Browser) => (await browser.visit('/api/v1/mail')).json<Choices>().data.news;
  const sendNews = (subject: string) => ({ subject, text: 'There are new models.' });

  const { consents, wording } = await news(owner);
  assert.equal(consents, false, 'nobody agreed by having an account');
  assert.equal((await first.ask<{ people: number }>('news-send', sendNews('May'))).people, 0);
  const choose = (browser: Browser, body: object) => browser.visit('/api/v1/mail', { method: 'PUT', body });
  assert.equal((await choose(owner, { news: true })).status, 400, 'it says which words');
  assert.equal((await choose(owner, { news: true, wording: wording.version + 1 })).status, 409);
  const agreed = await choose(owner, { news: true, wording: wording.version });
  assert.deepEqual([agreed.status, agreed.json<Choices>().data.news.consents], [200, true]);

  const sent = await owner.post('/api/v1/operator/news', sendNews('June'));
  assert.deepEqual([sent.status, sent.json<{ data: { people: number } }>().data.people], [201, 1], sent.text);
  await first.stop();

  const second = await start();
  await call({ url: second.url, path: '/privacy', method: 'GET' });
  const letter = await eventually(async () => {
    const found = smtp.received.find((each) => /^Subject: June$/m.test(each));
    assert.ok(found);
    return found;
  }, 20_000);
  assert.match(letter, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/im);
  const link = /List-Unsubscribe:\s*<([^>]+)>/i.exec(letter)?.[1]?.replace(/\s/g, '') ?? '';
  assert.match(link, /^https:\/\/ai\.example\.org\/news\/stop\/[\w-]+$/);
  assert.equal(
    smtp.received.some((each) => /^Subject: May$/m.test(each)),
    false,
  );

  const { pathname } = new URL(link);
  const program = (path: string) =>
    fetch(new URL(path, second.url), {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
      body: 'List-Unsubscribe=One-Click',
    });
  assert.equal((await fetch(new URL(pathname, second.url))).status, 200, 'whoever only looks changes nothing');
  const back = new Browser(second.url);
  const entered = await back.post('/api/auth/sign-in/email', { email: ada.email, password: ada.password });
  assert.equal(entered.status, 200);
  assert.equal((await news(back)).consents, true);
  // Not the last one: some of its bits say nothing.
  const changed = pathname.replace(/(?<=stop\/)./, (first) => (first === 'A' ? 'B' : 'A'));
  assert.equal((await program(changed)).status, 404);
  assert.equal((await news(back)).consents, true);

  const stopped = await program(pathname);
  assert.deepEqual([stopped.status, stopped.headers.get('set-cookie')], [200, null]);
  assert.equal((await program(pathname)).status, 200, 'twice is as good as once');
  const now = await news(back);
  assert.deepEqual(
    [now.consents, now.history.map(({ version, withdrawn_by }) => [version, withdrawn_by])],
    [...[false, [[wording.version, 'link']]]],
  );
  assert.equal((await second.ask<{ people: number }>('news-send', sendNews('July'))).people, 0);
  assert.equal((await back.post('/api/auth/request-password-reset', { email: ada.email })).status, 200);
  await eventually(async () => assert.ok(smtp.received.some((each) => /Choose a new password/.test(each))), 20_000);
});
