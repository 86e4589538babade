// A real browser on a real Fairlead: what people see and do, judged by axe, from the keyboard and by how it looks.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Cleanup, RunningFairlead } from '../journeys/running-fairlead.ts';
import { repository } from '../support/run-result.ts';

const program = process.env.FAIRLEAD_TEST_CHROMIUM ?? '/usr/bin/chromium';
const quiet =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
const patienceMs = 20_000;

export async function openChromium(cleanup: Cleanup): Promise<Browser> {
  if (!existsSync(program))
    throw new Error(`There is no Chromium at ${program}: "apt-get install chromium" brings it.`);
  const browser = await chromium.launch({ executablePath: program, headless: true, args: quiet.split(' ') });
  cleanup.after(() => browser.close());
  return browser;
}

/** A visitor with an empty profile. Whatever the page complains of fails the test at the end. */
export class Visitor {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly complaints: string[] = [];
  readonly #url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.context = page.context();
    this.#url = url;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // The browser itself logs each refusal of the API, which pages show as what it is.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(url).origin)
        this.complaints.push(`it asks ${new URL(request.url()).origin}`);
    });
  }

  static async arrive(browser: Browser, { url }: Pick<RunningFairlead, 'url'>): Promise<Visitor> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    return new Visitor(page, url);
  }

  async go(path: string): Promise<void> {
    await this.page.goto(`${this.#url}${path}`);
    await this.settle();
  }

  /** Nothing is loaded any more. */
  async settle(): Promise<void> {
    await this.page.waitForLoadState('networkidle');
    await this.page.locator('.skeleton').first().waitFor({ state: 'detached' });
  }

  async shows(words: string | RegExp): Promise<void> {
    await this.page.getByText(words).first().waitFor();
  }

  async press(name: string | RegExp, role: 'button' | 'link' = 'button'): Promise<void> {
    await this.page.getByRole(role, { name }).first().click();
  }

  async fill(label: string, value: string): Promise<void> {
    await this.page.getByLabel(label, { exact: true }).first().fill(value);
  }

  /** Its screenshot, for docs/screenshots. */
  async keep(name: string): Promise<void> {
    const folder = join(repository, 'docs/screenshots');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

const axeSource = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

type Found = { readonly id: string; readonly nodes: readonly { readonly html: string; readonly summary: string }[] };

/** What axe finds wrong with the page as it is now. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(`${axeSource}; 0`);
  const found = await page.evaluate<
    readonly Found[]
  >(`axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => ({
    id, nodes: nodes.map(({ html, failureSummary }) => ({ html: html.slice(0, 160), summary: failureSummary })) })))`);
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, summary }) => `${id}: ${html} ${summary}`));
}

/** In both themes, on a telephone and on a desk: no barrier, and nothing that makes the page itself scroll sideways. */
export async function judgeEverywhere(visitor: Visitor, name: string): Promise<void> {
  const { page } = visitor;
  for (const width of [1440, 360]) {
    await page.setViewportSize({ width, height: 900 });
    const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
    assert.ok(wide <= width, `${name} at ${width} px is ${wide} px wide`);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await findBarriers(page), [], `${name}, ${width} px, ${colorScheme}`);
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
}

export const ada = {
  name: 'Ada Harbourmaster',
  email: 'ada@harbour.example',
  password: 'lantern on the pier',
} as const;

/** Opens the set-up link as whoever started it does, and is signed in afterwards. */
export async function setUpAs(
  visitor: Visitor,
  { setupUrl, url }: Pick<RunningFairlead, 'setupUrl' | 'url'>,
): Promise<void> {
  const { page } = visitor;
  // The link names the public address, which nothing listens at in a test.
  await page.goto(`${url}${new URL(setupUrl ?? '').pathname}`);
  const answers = {
    name: ada.name,
    contact: ada.email,
    jurisdiction: 'DE',
    publicUrl: url,
    email: ada.email,
    password: ada.password,
  };
  for (const [name, value] of Object.entries(answers)) await page.fill(`[name=${name}]`, value);
  await page.click('main button');
  await page.getByText('you are signed in').waitFor();
}
