import { html, raw } from 'hono/html';
import type { EndpointStatus, OfferedEndpoint, OfferedPrice } from '#console/site/site-desk.ts';
import type { Part } from '../page.ts';

// The small components that all public pages share: the same thing looks the same everywhere.

/** The one or two numbers that answer why a person came. */
export function figures(rows: readonly (readonly [name: string, value: Part])[]): Part {
  return html`<dl class="figures">${rows.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

type Column = string | { readonly number: string };
export type Cell = Part | { readonly number: Part } | { readonly head: Part };

/** A table that scrolls by itself where the screen is narrow, from the keyboard too. */
export function scrollTable(
  name: string,
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  kind = '',
): Part {
  const heads = columns.map((column) =>
    typeof column === 'string'
      ? html`<th scope="col">${column}</th>`
      : html`<th scope="col" class="number">${column.number}</th>`,
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${name}"><table class="${kind}">
<thead><tr>${heads}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cellOf)}</tr>\n`)}</tbody></table></div>`;
}

function cellOf(cell: Cell): Part {
  if (typeof cell === 'string' || !('number' in cell || 'head' in cell)) return html`<td>${cell}</td>`;
  if ('head' in cell) return html`<th scope="row">${cell.head}</th>`;
  return html`<td class="number">${cell.number}</td>`;
}

/** Facts under each other, each with its name. */
export function factTable(name: string, rows: readonly (readonly [name: string, value: Part])[]): Part {
  return html`<table class="keys" aria-label="${name}"><tbody>${rows.map(
    ([fact, value]) => html`<tr><th scope="row">${fact}</th><td>${value}</td></tr>`,
  )}</tbody></table>`;
}

export function codeBlock(text: string): Part {
  return html`<pre tabindex="0"><code>${text}</code></pre>`;
}

/** 128000 → 128 k, and exact for who points at it. */
export function tokens(count: number): Part {
  return html`<span title="${exact(count)} tokens">${short(count)}</span>`;
}

function short(count: number): string {
  if (count < 1_000) return String(count);
  const [value, unit] = count < 1_000_000 ? [count / 1_000, 'k'] : [count / 1_000_000, 'M'];
  return `${String(Math.round(value * 10) / 10)} ${unit}`;
}

export function exact(count: number): string {
  return count.toLocaleString('en-US');
}

export function milliseconds(ms: number | null): string {
  return ms === null ? '–' : exact(ms);
}

/** A decimal of US dollars, with two places at least; what is not known is a dash. */
export function usd(decimal: unknown): string {
  if (typeof decimal !== 'string') return '–';
  if (/^0(\.0+)?$/.test(decimal)) return 'free';
  const [whole, places = ''] = decimal.split('.');
  return `$${whole}.${places.padEnd(2, '0')}`;
}

export function share(part: number | null): string {
  return part === null ? '–' : `${(Math.floor(part * 10_000) / 100).toFixed(2)} %`;
}

const typeWords: Readonly<Record<string, string>> = {
  first_party: 'first party',
  cloud_partner: 'cloud partner',
  host: 'host',
  self_hosted: 'self-hosted',
  aggregator: 'aggregator',
  seller_partner: 'seller partner',
  customer_key: 'own key',
  unverified: 'unverified',
  sandbox: 'sandbox',
};

/** Who runs the model, and how far that is from its maker. */
export function typeTag(type: string): Part {
  return html`<span class="tag">${typeWords[type] ?? type}</span>`;
}

export function endpointName(id: string): Part {
  return html`<span class="id">${id}</span>`;
}

export function modelLink(id: string): Part {
  return html`<a class="id" href="${modelPath(id)}">${id}</a>`;
}

export function modelPath(id: string): string {
  return `/models/${id.split('/').map(encodeURIComponent).join('/')}`;
}

/** What an upstream does with data; what nobody knows is said to be unknown. */
export function dataWords({ data }: Pick<OfferedEndpoint, 'data'>): string {
  const { retention_days: days, trains } = data;
  const kept =
    days === 'unknown'
      ? 'kept for an unknown time'
      : days === 0
        ? 'keeps nothing'
        : `keeps ${days} ${days === 1 ? 'day' : 'days'}`;
  const trained = trains === 'unknown' ? 'training unknown' : trains ? 'trains on it' : 'does not train';
  return `${kept}, ${trained}`;
}

export function sourceOf({ data }: Pick<OfferedEndpoint, 'data'>): Part {
  const { source, checked } = data;
  if (source === '') return 'no source given';
  const name = /^https:\/\//.test(source)
    ? html`<a href="${source}" rel="nofollow noreferrer">${new URL(source).host}</a>`
    : source;
  return html`${name}${checked === '' ? '' : `, read ${checked}`}`;
}

const stateWords = { working: 'Working', out: 'Out', 'some-out': 'Some out' } as const;

export function stateMark(state: keyof typeof stateWords): Part {
  return html`<span class="state is-${state}">${stateWords[state]}</span>`;
}

export function isOut({ out_until }: Pick<OfferedEndpoint, 'out_until'>, now: number): boolean {
  return out_until !== null && out_until > now;
}

/** A bar for each day; what they say stands beside them in words, too. */
export function dayBars({ days, answered }: EndpointStatus): Part {
  const bars = days.map(({ answered: part }, index) => {
    const kind = part === null ? 'none' : part >= 0.99 ? 'all' : part >= 0.95 ? 'some' : 'few';
    const height = part === null ? 6 : 8 + 16 * part;
    return `<rect class="${kind}" x="${index * 6}" y="${24 - height}" width="4" height="${height}" rx="1"/>`;
  });
  const days100 = days.filter(({ answered: part }) => part !== null).length;
  const words =
    answered === null
      ? 'too few requests to say'
      : `${share(answered)} answered over 30 days, ${days100} of them with enough requests`;
  return html`<svg class="days" viewBox="0 0 180 24" role="img" aria-label="${words}">${raw(bars.join(''))}</svg>`;
}

/** The lowest of the decimals, as what a model costs from. */
export function lowest(prices: readonly OfferedPrice[], unit: string): string | undefined {
  const known = prices.flatMap((price) => (typeof price[unit] === 'string' ? [String(price[unit])] : []));
  return known.toSorted((a, b) => Number(a) - Number(b))[0];
}
