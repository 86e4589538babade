// The public pages: what is offered here, how it is, what it costs, how to use it. No script, no sign-in, JSON twins.
import { type Context, Hono } from 'hono';
import type { Offer, SiteDesk } from '#console/site/site-desk.ts';
import { answerPage, answerText, both } from '../answer-page.ts';
import { fontNamed, lookSheet } from '../look.ts';
import { icon } from '../page.ts';
import { styleSheet } from '../style-sheet.ts';
import { docRoutes } from './doc-pages.ts';
import { allDocs } from './doc-shelf.ts';
import { endpointsPage, modelPage, modelsPage } from './models-pages.ts';
import { changesFeed, changesPage, homePage, pricingPage, statusPage } from './other-pages.ts';

const forEver = 'public, max-age=31536000, immutable';

export function siteRoutes(desk: SiteDesk): Hono {
  const app = new Hono();
  const at = async (context: Context) => withOrigin(await desk.offer(), context);
  both(app, '/', { look: at, render: homePage, twin: '/index.json' });
  both(app, '/models', { look: () => desk.offer(), render: modelsPage });
  both(app, '/endpoints', { look: () => desk.offer(), render: endpointsPage });
  both(app, '/pricing', { look: () => desk.offer(), render: pricingPage });
  both(app, '/status', { look: () => desk.status(), render: statusPage });
  both(app, '/changes', { look: () => desk.changes(), render: changesPage });
  app.get('/models/:id{.+}', (context) => oneModel(context, desk));
  app.get('/changes.rss', async (context) => {
    const [changes, offer] = await Promise.all([desk.changes(), at(context)]);
    if (typeof changes === 'string') return context.text(changes, 503, { 'retry-after': '2' });
    if (typeof offer === 'string') return context.text(offer, 503, { 'retry-after': '2' });
    return answerText(context, changesFeed(changes, offer.origin), 'application/rss+xml; charset=utf-8');
  });
  app.get('/llms.txt', async (context) => {
    const offer = await at(context);
    if (typeof offer === 'string') return context.text(offer, 503, { 'retry-after': '2' });
    return answerText(context, forModels(offer), 'text/plain; charset=utf-8');
  });
  app.get('/.well-known/security.txt', async (context) => {
    const offer = await at(context);
    if (typeof offer === 'string') return context.text(offer, 503, { 'retry-after': '2' });
    const text = securityText(offer);
    if (text === undefined) return context.text('The operator has not said yet how to be reached.\n', 404);
    return answerText(context, text, 'text/plain; charset=utf-8');
  });
  app.get('/look.css', (context) => answerText(context, lookSheet, 'text/css; charset=utf-8', forEver));
  app.get('/style.css', (context) => answerText(context, styleSheet, 'text/css; charset=utf-8', forEver));
  app.get('/icon.svg', (context) => answerText(context, icon, 'image/svg+xml', 'public, max-age=86400'));
  app.get('/fonts/:name', (context) => {
    const bytes = fontNamed(context.req.param('name'));
    if (!bytes) return context.notFound();
    return new Response(bytes, {
      headers: { ...Object.fromEntries(context.res.headers), 'content-type': 'font/woff2', 'cache-control': forEver },
    });
  });
  app.route('/', docRoutes());
  return app;
}

async function oneModel(context: Context, desk: SiteDesk): Promise<Response> {
  const offer = withOrigin(await desk.offer(), context);
  if (typeof offer === 'string') return context.text(offer, 503, { 'retry-after': '2' });
  const asked = context.req.param('id') ?? '';
  const modelOf = (name: string) => offer.models.find(({ id, aliases }) => id === name || aliases.includes(name));
  const model = modelOf(asked);
  if (model) return await answerPage(context, model, (view) => modelPage(view, offer));
  return await answerPage(context, asked.endsWith('.json') ? modelOf(asked.slice(0, -5)) : undefined, undefined);
}

type Placed = Offer & { readonly origin: string };

/** Where callers reach this Fairlead: what the operator said, else how it was asked for just now. */
function withOrigin(offer: Offer | string, context: Context): Placed | string {
  return typeof offer === 'string' ? offer : { ...offer, origin: offer.operator.public_url ?? askedOrigin(context) };
}

/** As this request asked for it. */
export function askedOrigin(context: Context): string {
  const host = context.req.header('host') ?? '';
  const isHost = /^([\w.-]{1,253}|\[[\da-f:]{2,45}\])(:\d{1,5})?$/i.test(host);
  return isHost ? `http://${host}` : 'http://127.0.0.1:8080';
}

/** For language models that read of us: https://llmstxt.org */
function forModels({ models, origin }: Placed): string {
  const docs = [...allDocs().values()].map(({ name, title }) => `- [${title}](${origin}/docs/${name}.md)`);
  return `# Fairlead

> One API to many AI models. It speaks OpenAI (Chat Completions, Responses), Anthropic (Messages), Gemini and OpenRouter; any
> of them can ask any model. Prompts and answers are stored nowhere.

- OpenAI: ${origin}/v1, key in \`Authorization: Bearer\`
- Anthropic: ${origin}, key in \`x-api-key\`
- Gemini: ${origin}, key in \`x-goog-api-key\`
- OpenRouter: ${origin}/api/v1, key in \`Authorization: Bearer\`

## Data

- [Models](${origin}/models.json): ${models.length} now
- [Endpoints with prices and data handling](${origin}/endpoints.json)
- [Status](${origin}/status.json)
- [Privacy policy](${origin}/privacy.json)
- [Promises and what keeps them](${origin}/trust.json)

## Docs

${docs.join('\n')}
`;
}

const dayMs = 86_400_000;

/** RFC 9116; undefined: nobody to write to is known. It expires at the end of a month half a year from now. */
function securityText({ operator: { contact }, origin, at }: Placed): string | undefined {
  if (contact === null) return undefined;
  const soon = new Date(at + 180 * dayMs);
  const expires = new Date(Date.UTC(soon.getUTCFullYear(), soon.getUTCMonth(), 1)).toISOString();
  const uri = /^(https:|mailto:|tel:)/.test(contact) ? contact : `mailto:${contact}`;
  return `Contact: ${uri}
Expires: ${expires}
Preferred-Languages: en
Canonical: ${origin}/.well-known/security.txt
Policy: ${origin}/privacy
`;
}
