// An invitation that a mail server carried proves a mailbox: whoever made an account by it need not confirm the address again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser, setUp } from '../journeys/browser.ts';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { startSmtpDouble } from '../support/smtp-double.ts';

test('an account made through a mailed invitation has a confirmed address', async (t) => {
  const { received, mail } = await startSmtpDouble(t);
  const fairlead = await runFairlead(t, { config: mail });
  const owner = await setUp(fairlead);
  assert.match((await owner.visit('/api/v1/me')).text, /"verified":false/);
  const email = 'bo@example.org';

  const invited = await owner.post('/api/v1/invitations', { email, role: 'viewer' });
  assert.equal(invited.status, 201, invited.text);
  const tokenOf = (letter: string) => /\/invitation\/([\w.-]+)/.exec(letter.replaceAll(/=\r?\n/g, ''))?.[1];
  await eventually(async () => assert.ok(received.some((letter) => tokenOf(letter))), 15_000);
  const invitation = received.map(tokenOf).find((token) => token !== undefined);
  const bo = new Browser(fairlead.url);
  const account = { name: 'Bo', email, password: 'a quiet harbour', invitation };
  assert.equal((await bo.post('/api/auth/sign-up/email', account)).status, 200);

  assert.match((await bo.visit('/api/v1/me')).text, /"verified":true/);
});
