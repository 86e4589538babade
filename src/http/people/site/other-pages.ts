import { html } from 'hono/html';
import type { Change, Offer, StatusView } from '#console/site/site-desk.ts';
import { page } from '../page.ts';
import { curlFor, otherPrices, unitWords } from './models-pages.ts';
import {
  type Cell,
  codeBlock,
  dayBars,
  endpointName,
  exact,
  figures,
  milliseconds,
  scrollTable,
  share,
  stateMark,
  usd,
} from './parts.ts';

type Page = ReturnType<typeof page>;

/** What this is, and how one begins. */
export function homePage({ models, operator, origin }: Offer & { readonly origin: string }): Page {
  const first = models.find(({ endpoints }) => endpoints.some(({ type }) => type !== 'sandbox')) ?? models[0];
  return page(
    'Fairlead',
    [
      html`<p class="lead">One address for many AI models${operator.name === null ? '' : html`, run by <b>${operator.name}</b>`}. Your
program keeps the SDK it has; each request goes to the best endpoint that your rules allow, fails over unseen, and is charged to
the nano-dollar. Fairlead keeps no prompt and no answer; what each upstream keeps is said of its <a href="/endpoints">endpoints</a>.</p>`,
      figures([
        ['Models', html`<a href="/models">${exact(models.length)}</a>`],
        [
          'Endpoints',
          html`<a href="/endpoints">${exact(models.reduce((sum, { endpoints }) => sum + endpoints.length, 0))}</a>`,
        ],
      ]),
      html`<div class="columns halves"><section><h2>Two lines</h2><p>An SDK of OpenAI's reads both from the environment.</p>${codeBlock(
        `export OPENAI_BASE_URL=${origin}/v1\nexport OPENAI_API_KEY=sk-fl-…`,
      )}<p class="small">Anthropic, Gemini, OpenRouter, coding agents: <a href="/docs/start/clients">each with its own line</a>.</p></section>
<section><h2>Or one request</h2><p>With the key in <code>FAIRLEAD_KEY</code>.</p>${
        first ? codeBlock(curlFor(origin, first.id)) : 'No model is offered here yet.'
      }</section></div>
<h2>What you can check yourself</h2>
<ul><li><a href="/endpoints">Endpoints</a>: who answers, where, and what they do with data, with the source.</li>
<li><a href="/trust">Promises</a>: each sentence of the <a href="/privacy">privacy policy</a> with what keeps it and its last evidence.</li>
<li><a href="/pricing">Prices</a>: what each unit costs, and <a href="/docs/reference/charges">who pays for which ending</a>.</li>
<li><a href="/status">Status</a>: what works now, and the last thirty days.</li></ul>`,
    ],
    { path: '/', twin: '/index.json', about: 'One API to many AI models, with its privacy policy kept in code.' },
  );
}

export function statusPage({ state, endpoints }: StatusView): Page {
  const out = endpoints.filter((each) => each.state === 'out').length;
  const sentence = {
    working: 'Every endpoint works.',
    'some-out': `${out} of ${endpoints.length} endpoints ${out === 1 ? 'is' : 'are'} out: requests go to others of the same model.`,
    out: 'No endpoint works now.',
  }[state];
  return page(
    'Status',
    [
      figures([
        ['Now', stateMark(state)],
        ['Endpoints working', html`${exact(endpoints.length - out)} <small>of ${exact(endpoints.length)}</small>`],
      ]),
      sentence,
      scrollTable(
        'Status of endpoints',
        [
          'Endpoint',
          'Now',
          'Last 30 days',
          { number: 'Answered' },
          { number: 'Of requests' },
          { number: 'First content, ms' },
        ],
        endpoints.map((each): readonly Cell[] => [
          { head: endpointName(each.id) },
          stateMark(each.state),
          dayBars(each),
          { number: share(each.answered) },
          { number: each.requests_at_least === 0 ? '–' : `${exact(each.requests_at_least)}+` },
          { number: milliseconds(each.first_content_ms) },
        ]),
      ),
      html`<p class="small quiet">A request counts against an endpoint when the provider broke it; refusals of ours and callers who left do not.
A day with fewer than 100 requests is left blank, and counts are rounded down: this page tells of endpoints, not of customers.
Waits are medians of the last 30 minutes.</p>`,
    ],
    { path: '/status', twin: '/status.json', about: 'What works now, and the last thirty days.' },
  );
}

export function pricingPage({ models }: Offer): Page {
  const rows = models.flatMap(({ endpoints }) => endpoints);
  const units = ['input', 'cached_input', 'cache_write_5m', 'cache_write_1h', 'output', 'reasoning'];
  const used = units.filter((unit) => rows.some(({ price }) => typeof price[unit] === 'string'));
  const perOne = ['request', 'image', 'audio_second'].filter((unit) =>
    rows.some(({ price }) => typeof price[unit] === 'string'),
  );
  const shown = [...used, ...perOne];
  return page(
    'Pricing',
    [
      html`<p class="lead">You pay for what was used, at the price of the endpoint that answered. Nothing is rounded up but the last
nano-dollar.</p>`,
      html`<h2>Prices</h2>`,
      scrollTable(
        'Prices of endpoints',
        ['Endpoint', ...shown.map((unit) => ({ number: unitWords[unit] ?? unit })), 'Other prices'],
        rows.map(({ id, price }): readonly Cell[] => [
          { head: endpointName(id) },
          ...shown.map((unit) => ({ number: usd(price[unit]) })),
          otherPrices(price),
        ]),
      ),
      html`<p class="small quiet">US dollars per million tokens; per one for requests, images and seconds. “–”: there is no such price; reasoning
then counts as output, and cache reads as input.</p>
<h2>Who pays for which ending</h2>
<p>An answer that failed before it began costs nothing. One that broke in the middle is charged for what was delivered. The whole
table: <a href="/docs/reference/charges">charges</a>.</p>
<p>Before a request goes out, the most it can cost is set aside; what was not used comes back when it ends. Limits in dollars and in
requests hold at any number of servers: <a href="/docs/reference/limits">limits</a>.</p>`,
    ],
    { path: '/pricing', twin: '/pricing.json', about: 'What each endpoint costs, and who pays for which ending.' },
  );
}

export function changesPage(changes: readonly Change[]): Page {
  return page(
    'Changes',
    [
      html`<p>Endpoints, what upstreams do with data, policies and signing keys: each change is entered into the
<a href="/log/head">log of promises</a>, where nothing can be taken back. <a href="/changes.rss">As a feed</a>.</p>`,
      changes.length === 0
        ? 'Nothing was entered yet.'
        : scrollTable(
            'Changes',
            ['When', 'What', 'About', 'Says'],
            changes.map((change): readonly Cell[] => [
              html`<time datetime="${change.at}">${change.at.slice(0, 16).replace('T', ' ')} UTC</time>`,
              kindWords[change.kind] ?? change.kind,
              endpointName(change.subject),
              saysOf(change),
            ]),
            'prose',
          ),
    ],
    { path: '/changes', twin: '/changes.json', about: 'What changed of endpoints, data handling, policies and keys.' },
  );
}

const kindWords: Readonly<Record<string, string>> = {
  key: 'Signing key',
  policy: 'Policy',
  endpoint: 'Endpoint',
  'data-policy': 'Data handling',
  acceptance: 'Accepted by the operator',
  'sub-processor': 'Sub-processor',
};

function saysOf({ body }: Change): string {
  if (body.removed === true) return 'not offered any more';
  return Object.entries(body)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '')
    .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${String(value).slice(0, 80)}`)
    .join(' · ');
}

/** RSS 2.0, the newest first. */
export function changesFeed(changes: readonly Change[], origin: string): string {
  const items = changes.map(
    (change) => `<item><title>${escaped(`${kindWords[change.kind] ?? change.kind}: ${change.subject}`)}</title>
<link>${escaped(origin)}/changes</link><guid isPermaLink="false">${escaped(`${origin}/log/entries#${change.place}`)}</guid>
<pubDate>${new Date(change.at).toUTCString()}</pubDate><description>${escaped(saysOf(change))}</description></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Changes of this Fairlead</title><link>${escaped(origin)}/changes</link>
<description>Endpoints, data handling, policies and keys</description>
${items.join('\n')}
</channel></rss>
`;
}

/** For XML. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
