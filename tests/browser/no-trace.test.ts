// ANALYTICS as a browser sees it: every public page, then every page of the dashboard; what each leaves there, and whom it asks.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { links } from '../../web/links.ts';
import { runFairlead } from '../journeys/running-fairlead.ts';
import { ada, openChromium, setUpAs, Visitor } from './chromium.ts';

const config = `
policy: { operator: Harbour Systems, contact: privacy@harbour.example, jurisdiction: DE }
`;
const fairlead = await runFairlead({ after }, { config });
const { url } = fairlead;
const browser = await openChromium({ after });
const visitor = await Visitor.arrive(browser, fairlead);
const { page } = visitor;
page.setDefaultTimeout(60_000);
const session = ['cookie fairlead.session_token', 'local storage fairlead.workspace'];
/** More pages than there are: a crawl that found no end would say so. */
const pagesMax = 400;

const setCookies: string[] = [];
page.on('response', async (response) => {
  const headers = await response.allHeaders().catch((): Record<string, string> => ({}));
  if (headers['set-cookie'] !== undefined) setCookies.push(response.url());
});

/** Whatever a page can leave in a browser, by name. */
async function leftBehind({ page, context }: Visitor): Promise<readonly string[]> {
  const stored = await page.evaluate<readonly string[]>(`(async () => [
    ...Object.keys(localStorage).map((name) => 'local storage ' + name),
    ...Object.keys(sessionStorage).map((name) => 'session storage ' + name),
    ...(await indexedDB.databases()).map(({ name }) => 'database ' + name),
    ...('caches' in self ? await caches.keys() : []).map((name) => 'cache ' + name),
    ...('serviceWorker' in navigator ? await navigator.serviceWorker.getRegistrations() : []).map(() => 'service worker'),
  ])()`);
  const cookies = (await context.cookies()).map(({ name }) => `cookie ${name}`);
  return [...stored, ...cookies].sort();
}

/** What a page leaves as it is left shows on the one after it. */
async function look({ page }: Visitor, path: string): Promise<void> {
  await page.goto(`${url}/console${path}`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
}

test('no public page, and no door, leaves anything in the browser or asks anybody else', async () => {
  const seen = new Set(['/', '/privacy', '/trust', '/subprocessors', '/endpoints', '/status']);
  for (const path of seen) {
    await page.goto(`${url}${path}`);
    assert.deepEqual(await leftBehind(visitor), [], path);
    const found = await page.evaluate<readonly string[]>(
      '[...document.querySelectorAll("a[href]")].map(({ href }) => href)',
    );
    for (const each of found.map((href) => new URL(href))) {
      const isPage =
        each.origin === url && !/^\/(?:console|setup)\b|\.(?:json|rss|xml|csv|png|txt|md)$/.test(each.pathname);
      if (isPage) seen.add(each.pathname);
    }
    assert.ok(seen.size < pagesMax, `${seen.size} pages`);
  }
  assert.ok(seen.size > 40, [...seen].join(' '));
  for (const door of [links.signIn, links.signUp]) {
    await look(visitor, door);
    assert.deepEqual(await leftBehind(visitor), [], door);
  }
  assert.deepEqual([setCookies, visitor.complaints], [[], []]);
  process.stdout.write(`${seen.size} public pages left nothing\n`);
});

test('after a sign-in there is its cookie and which workspace was chosen; by the door, what tells a known browser again', async () => {
  await setUpAs(visitor, fairlead);
  for (const path of Object.values(links)) {
    if (path.includes('$')) continue;
    await look(visitor, path);
    assert.deepEqual(await leftBehind(visitor), session, path);
  }
  assert.deepEqual(visitor.complaints, []);

  const again = await Visitor.arrive(browser, fairlead);
  await look(again, links.signIn);
  await again.fill('E-mail', ada.email);
  await again.fill('Password', ada.password);
  await again.press('Sign in');
  await again.page.getByRole('navigation').first().waitFor();
  await again.page.getByRole('heading', { level: 1 }).first().waitFor();
  assert.deepEqual(await leftBehind(again), ['cookie fairlead.device', ...session]);
  for (const { name, httpOnly, sameSite, domain } of await again.context.cookies()) {
    assert.deepEqual([httpOnly, sameSite, domain], [true, 'Lax', '127.0.0.1'], name);
  }
});
