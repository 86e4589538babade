import { html } from 'hono/html';
import type { Offer, OfferedEndpoint, OfferedModel, OfferedPrice } from '#console/site/site-desk.ts';
import { type Part, page } from '../page.ts';
import {
  type Cell,
  codeBlock,
  dataWords,
  endpointName,
  exact,
  factTable,
  figures,
  isOut,
  lowest,
  milliseconds,
  modelLink,
  modelPath,
  scrollTable,
  sourceOf,
  stateMark,
  tokens,
  typeTag,
  usd,
} from './parts.ts';

type Page = ReturnType<typeof page>;

/** What is offered for real first, and the built-in simulator after it. */
export function modelsPage({ models }: Offer): Page {
  const [sandbox, real] = [models.filter(isSandbox), models.filter((model) => !isSandbox(model))];
  const providers = new Set(models.flatMap(({ endpoints }) => endpoints.map(({ provider }) => provider)));
  return page(
    'Models',
    [
      figures([
        ['Models', exact(models.length)],
        ['Endpoints', exact(models.reduce((sum, { endpoints }) => sum + endpoints.length, 0))],
        ['Providers', exact(providers.size)],
      ]),
      ...(real.length === 0
        ? [
            html`<p>No provider is configured here yet: the models below are the built-in simulator. An operator adds one with
<a href="/docs/start/configuration">a key or a few lines of configuration</a>.</p>`,
          ]
        : [modelTable('Models', real)]),
      ...(sandbox.length === 0
        ? []
        : [
            html`<h2>Simulator</h2><p class="quiet">They answer without any provider and are charged as if they were real, so that
everything can be tried before it costs money.</p>`,
            modelTable('Models of the simulator', sandbox),
          ]),
      html`<p class="small quiet">Dollars per million tokens, from the lowest of a model's endpoints. “–”: there is no such price.</p>`,
    ],
    { path: '/models', twin: '/models.json', about: 'The models that this Fairlead offers, with context and prices.' },
  );
}

function isSandbox({ endpoints }: OfferedModel): boolean {
  return endpoints.every(({ type }) => type === 'sandbox');
}

function modelTable(name: string, models: readonly OfferedModel[]): Part {
  return scrollTable(
    name,
    [
      'Model',
      { number: 'Context' },
      { number: 'Output up to' },
      { number: 'Input' },
      { number: 'Cached' },
      { number: 'Output' },
      { number: 'Endpoints' },
    ],
    models.map(({ id, context, max_output, endpoints }): readonly Cell[] => {
      const prices = endpoints.map(({ price }) => price);
      return [
        { head: modelLink(id) },
        ...[tokens(context), tokens(max_output)].map((number) => ({ number })),
        ...['input', 'cached_input', 'output'].map((unit) => ({ number: usd(lowest(prices, unit)) })),
        { number: exact(endpoints.length) },
      ];
    }),
  );
}

/** One model: its endpoints side by side, and a line that asks it. */
export function modelPage(model: OfferedModel, { at, origin }: { readonly at: number; readonly origin: string }): Page {
  const { id, aliases, context, max_output, supports, endpoints } = model;
  const prices = endpoints.map(({ price }) => price);
  const facts: (readonly [string, Part])[] = [
    ...(aliases.length === 0
      ? []
      : [['Also called', html`${aliases.map((alias) => html`<code>${alias}</code> `)}`] as const]),
    [
      'Can do',
      supports === null ? 'text; nobody said what else' : ['text', ...supports].join(', ').replaceAll('_', ' '),
    ],
  ];
  return page(
    id,
    [
      figures([
        ['Input from', html`${usd(lowest(prices, 'input'))} <small>per million</small>`],
        ['Output from', html`${usd(lowest(prices, 'output'))} <small>per million</small>`],
        ['Context', tokens(context)],
        ['Output up to', tokens(max_output)],
      ]),
      factTable('About this model', facts),
      html`<h2>Endpoints</h2><p class="quiet">Which of them answers is decided for each request:
<a href="/docs/reference/routing">routing</a>.</p>`,
      sideBySide(endpoints, at),
      html`<h2>Ask it</h2>`,
      codeBlock(curlFor(origin, id)),
    ],
    { path: modelPath(id), twin: `${modelPath(id)}.json`, about: `Endpoints and prices of ${id}.` },
  );
}

export function curlFor(origin: string, model: string): string {
  return `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer $FAIRLEAD_KEY" \\
  -H 'content-type: application/json' \\
  -d '{"model":"${model}","messages":[{"role":"user","content":"Hello there"}]}'`;
}

/** A column for each endpoint, so that what differs stands in one line. */
function sideBySide(endpoints: readonly OfferedEndpoint[], at: number): Part {
  const row = (name: string, of: (endpoint: OfferedEndpoint) => Part): readonly Cell[] => [
    { head: name },
    ...endpoints.map(of),
  ];
  const units = [
    ...new Set(endpoints.flatMap(({ price }) => Object.keys(price).filter((unit) => typeof price[unit] === 'string'))),
  ];
  return scrollTable(
    'Endpoints side by side',
    ['Endpoint', ...endpoints.map(({ id }) => id.slice(id.lastIndexOf('@') + 1))],
    [
      row('Now', (endpoint) => stateMark(isOut(endpoint, at) ? 'out' : 'working')),
      row('Type', ({ type }) => typeTag(type)),
      row('Provider', ({ provider, seller }) => (seller === 'operator' ? provider : `${provider}, sold by ${seller}`)),
      row('Region', ({ region }) => region),
      row('Data', dataWords),
      row('Source', sourceOf),
      row('Weights', ({ quantization }) => quantization),
      row('Speaks', ({ protocols }) => protocols.join(', ')),
      ...units.map((unit) => row(`${unitWords[unit] ?? unit}`, ({ price }) => usd(price[unit]))),
      row('Other prices', ({ price }) => otherPrices(price)),
      row('First content, ms', ({ first_content_ms: ms }) => milliseconds(ms)),
      row('Tokens per second', ({ tokens_per_second: speed }) => (speed === null ? '–' : exact(speed))),
    ],
  );
}

/** As a column's or line's head; tokens are counted by the million. */
export const unitWords: Readonly<Record<string, string>> = {
  input: 'Input',
  cached_input: 'Cached input',
  cache_write_5m: 'Cache write, 5 min',
  cache_write_1h: 'Cache write, 1 h',
  output: 'Output',
  reasoning: 'Reasoning',
  audio_input: 'Audio in',
  audio_output: 'Audio out',
  audio_second: 'Second of audio',
  image: 'Image',
  request: 'Request',
};

/** What depends on size, hour or service tier. */
export function otherPrices(price: OfferedPrice): string {
  const words: string[] = [];
  if (Array.isArray(price.tiers)) {
    for (const tier of price.tiers as readonly Readonly<Record<string, unknown>>[]) {
      words.push(
        `above ${exact(Number(tier.above_input))} input tokens: ${usd(tier.input)} in, ${usd(tier.output)} out`,
      );
    }
  }
  if (Array.isArray(price.windows)) {
    for (const window of price.windows as readonly Readonly<Record<string, unknown>>[]) {
      words.push(`${window.from} to ${window.until} UTC: ${usd(window.input)} in, ${usd(window.output)} out`);
    }
  }
  const tiers = price.service_tiers;
  if (typeof tiers === 'object' && tiers !== null) {
    words.push(...Object.entries(tiers).map(([name, times]) => `${name}: × ${times}`));
  }
  return words.length === 0 ? '–' : words.join('; ');
}

/** All endpoints in one list. */
export function endpointsPage({ models, at }: Offer): Page {
  const endpoints = models.flatMap((model) => model.endpoints);
  const out = endpoints.filter((endpoint) => isOut(endpoint, at)).length;
  const unkept = endpoints.filter(({ data }) => data.retention_days === 0 && data.trains === false).length;
  return page(
    'Endpoints',
    [
      figures([
        ['Working', html`${exact(endpoints.length - out)} <small>of ${exact(endpoints.length)}</small>`],
        ['Keep nothing, train on nothing', exact(unkept)],
      ]),
      html`<p>An endpoint is one model at one upstream. Its type says who runs the model; what it does with data is what its source
says, or unknown, and <a href="/docs/reference/routing">unknown never passes for good</a>.</p>`,
      scrollTable(
        'Endpoints',
        [
          'Endpoint',
          'Now',
          'Type',
          'Region',
          'Data',
          { number: 'Input' },
          { number: 'Output' },
          { number: 'First content, ms' },
        ],
        endpoints.map((endpoint): readonly Cell[] => [
          { head: endpointName(endpoint.id) },
          stateMark(isOut(endpoint, at) ? 'out' : 'working'),
          typeTag(endpoint.type),
          endpoint.region,
          html`${dataWords(endpoint)}<br><small class="quiet">${sourceOf(endpoint)}</small>`,
          { number: usd(endpoint.price.input) },
          { number: usd(endpoint.price.output) },
          { number: milliseconds(endpoint.first_content_ms) },
        ]),
      ),
      html`<p class="small quiet">Dollars per million tokens. Waits are medians of the last 30 minutes, of five answers at least; “–”: too few.</p>`,
    ],
    { path: '/endpoints', twin: '/endpoints.json', about: 'Each endpoint with type, region, data handling and price.' },
  );
}
