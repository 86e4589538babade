import { html, raw } from 'hono/html';
import { addressOf, lookSheet } from './look.ts';
import { styleSheet } from './style-sheet.ts';

export type Part = string | ReturnType<typeof html>;

type PageFacts = {
  /** Its own address, which the links above then show as the place where one is. */
  readonly path?: string;
  /** Where the same stands as data. */
  readonly twin?: string;
  /** The one sentence for who finds it in a list. */
  readonly about?: string;
};

const look = addressOf('/look.css', lookSheet);
const style = addressOf('/style.css', styleSheet);

const places = [
  ['/models', 'Models'],
  ['/endpoints', 'Endpoints'],
  ['/pricing', 'Pricing'],
  ['/status', 'Status'],
  ['/docs', 'Docs'],
  ['/trust', 'Trust'],
] as const;

const footPlaces = [
  ['/privacy', 'Privacy policy'],
  ['/subprocessors', 'Sub-processors'],
  ['/legal/notices', 'Notices'],
  ['/changes', 'Changes'],
  ['/changes.rss', 'RSS'],
  ['/llms.txt', 'llms.txt'],
  ['/schema/config.json', 'Configuration schema'],
] as const;

/** A rope through a ring, which is what a fairlead is. */
const mark = raw(
  '<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><circle cx="10" cy="10" r="5.5"/><path d="M1 15.5C6 15.5 6 4.5 19 4.5" stroke-linecap="round"/></svg>',
);

/** One page: a title and its paragraphs; texts are escaped, parts of our own are not. */
export function page(title: string, parts: readonly Part[], { path, twin, about }: PageFacts = {}) {
  const link = ([address, name]: readonly [string, string]) =>
    address === path || path?.startsWith(`${address}/`)
      ? html`<li><a href="${address}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${address}">${name}</a></li>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title === 'Fairlead' ? title : `${title} · Fairlead`}</title>
${about === undefined ? '' : html`<meta name="description" content="${about}">`}
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${look}">
<link rel="stylesheet" href="${style}">
<link rel="alternate" type="application/rss+xml" title="Changes" href="/changes.rss">
${twin === undefined ? '' : html`<link rel="alternate" type="application/json" href="${twin}">`}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="bar">
<a class="mark" href="/">${mark} Fairlead</a>
<nav aria-label="Pages"><ul>${places.map(link)}</ul></nav>
<a class="button" href="/console/">Open the dashboard</a>
</header>
<main id="main">
<h1>${title}</h1>
${parts.map((part) => (typeof part === 'string' ? html`<p>${part}</p>` : part))}
</main>
<footer class="foot"><div>
<ul aria-label="More">${footPlaces.map(link)}</ul>
${twin === undefined ? '' : html`<a href="${twin}">This page as JSON</a>`}
</div></footer>
</body>
</html>`;
}

/** The mark on a ground of its own, for tabs. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20"><rect width="20" height="20" rx="4" fill="#0b7a75"/><g fill="none" stroke="#fff" stroke-width="1.8"><circle cx="10" cy="10" r="4.6"/><path d="M2.5 14.5C7 14.5 6.5 5.5 17.5 5.5" stroke-linecap="round"/></g></svg>';
