// Passkeys in a real browser with a device of its own (WebAuthn's virtual authenticator over the DevTools), and another address.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { eventually, runFairlead } from '../journeys/running-fairlead.ts';
import { ada, findBarriers, judgeEverywhere, openChromium, setUpAs, Visitor } from './chromium.ts';

const started = await runFairlead({ after });
// A passkey belongs to a name: 127.0.0.1 is none.
const fairlead = { ...started, url: started.url.replace('127.0.0.1', 'localhost') };
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
const device = await addDevice(visitor);
await setUpAs(visitor, fairlead);

async function addDevice({ context, page: shown }: Visitor) {
  const cdp = await context.newCDPSession(shown);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return { cdp, authenticatorId };
}

test('a passkey is added and named in Settings', async () => {
  await visitor.go('/console/settings');
  await visitor.shows('You have none yet.');
  await visitor.press('Add passkey');
  assert.deepEqual(await findBarriers(page), []);
  await visitor.fill('What you call it', 'lighthouse');
  await page.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.shows('lighthouse');
  await visitor.shows('Passkey added');
  await visitor.press('Rename: lighthouse');
  await visitor.fill('What you call it', 'beacon');
  await visitor.press('Rename passkey');
  await visitor.shows('beacon');
  await judgeEverywhere(visitor, 'settings with a passkey');
  await visitor.keep('console-settings');
});

test('the door lets in by it, from the keyboard; whoever has none is told so', async () => {
  await visitor.press('Sign out');
  await visitor.shows('No account yet?');
  const button = page.getByRole('button', { name: 'Sign in with a passkey' });
  await button.focus();
  await page.keyboard.press('Enter');
  await visitor.shows('Dollars left');

  await visitor.press('Sign out');
  await visitor.shows('No account yet?');
  const { cdp, authenticatorId } = device;
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
  await visitor.press('Sign in with a passkey');
  await visitor.shows('The device gave no passkey.');
  assert.deepEqual(await findBarriers(page), []);
  await cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  await visitor.press('Sign in with a passkey');
  await visitor.shows('Dollars left');

  const old = await Visitor.arrive(browser, fairlead);
  await old.page.addInitScript('delete window.PublicKeyCredential');
  await old.go('/console/sign-in');
  const none = old.page.getByRole('button', { name: 'Sign in with a passkey' });
  assert.deepEqual(
    [await none.isDisabled(), await none.getAttribute('title')],
    [true, 'This browser has no passkeys.'],
  );
  await old.context.close();
});

test('where the last proof is old, the passkey is fresh proof', async () => {
  // As after ten minutes: what the server says then, once.
  const json = { error: { code: 403, reason: 'proof-needed', message: 'Prove it.' } };
  await page.route('**/api/v1/passkeys/begin', (route) => route.fulfill({ status: 403, json }), { times: 1 });
  await visitor.go('/console/settings');
  await visitor.press('Add passkey');
  await visitor.fill('What you call it', 'second');
  await page.getByRole('dialog').getByRole('button', { name: 'Add passkey' }).click();
  await visitor.press('Use a passkey');
  // The device holds one for this person already: it makes no other, and says so.
  await visitor.shows('The device gave no passkey.');
  await visitor.press('Cancel');
});

test('a passkey that is removed opens nothing', async () => {
  await visitor.press('Remove: beacon');
  await visitor.press('Remove passkey');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.shows('You have none yet.');
  const { credentials } = await device.cdp.send('WebAuthn.getCredentials', { authenticatorId: device.authenticatorId });
  assert.equal(credentials.length, 1, 'the device still has it');
  await visitor.press('Sign out');
  await visitor.shows('No account yet?');
  await visitor.press('Sign in with a passkey');
  await visitor.shows('This passkey opens nothing here.');
  await visitor.fill('E-mail', ada.email);
  await visitor.fill('Password', ada.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await visitor.shows('Dollars left');
});

test('another e-mail address waits in Settings for the links of its letters', async () => {
  await visitor.go('/console/settings');
  await visitor.press('Send letter to confirm');
  await visitor.shows('The letter is on its way.');
  await visitor.press('Change address');
  await visitor.fill('New e-mail address', 'ada.new@harbour.example');
  await visitor.press('Send letters');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await visitor.shows('A change to ada.new@harbour.example waits');
  await judgeEverywhere(visitor, 'settings with another address');
  await visitor.press('Keep the old address');
  await eventually(async () => assert.equal(await page.getByText('waits for the links').count(), 0));
});

test('nothing complained, and nobody else was asked', () => {
  assert.deepEqual(visitor.complaints, []);
});
