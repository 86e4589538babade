import { Hono } from 'hono';
import { html } from 'hono/html';
import type { RunCommand } from '#console/command-link.ts';
import { page } from './page.ts';

const fields = [
  {
    name: 'name',
    label: 'Who operates this Fairlead',
    hint: 'A person or an organisation, as callers should read it.',
  },
  { name: 'contact', label: 'How to reach you', hint: 'An e-mail address for questions about privacy and security.' },
  { name: 'jurisdiction', label: 'Jurisdiction', hint: 'The country whose law applies, such as DE or US.' },
  { name: 'publicUrl', label: 'Public address', hint: 'Where callers reach it, such as https://ai.example.com.' },
] as const;

type Operator = Readonly<Record<(typeof fields)[number]['name'], string>>;

/** The one-use set-up link: it asks who operates this Fairlead, instead of shipping default credentials. */
export function setupRoutes(command: RunCommand): Hono {
  const app = new Hono();
  app.get('/:token', async (context) => {
    const outcome = await command('setup-link-state', { token: context.req.param('token') });
    if ('refused' in outcome) return context.html(trouble(outcome.refused), 503);
    return isOpen(outcome.value) ? context.html(form(emptyOperator, undefined)) : context.html(spent(), 410);
  });
  app.post('/:token', async (context) => {
    // A form of another site cannot know the token, but it must not ride on one that leaked either.
    const site = context.req.header('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin')
      return context.html(trouble('This form came from another site.'), 403);
    const operator = readOperator(await context.req.parseBody());
    const outcome = await command('setup-complete', { token: context.req.param('token'), operator });
    if ('refused' in outcome) return context.html(form(operator, outcome.refused), 422);
    return context.html(
      page('Set up', ['Thank you. This link is used up now.', 'The key that the start printed serves requests.']),
    );
  });
  return app;
}

const emptyOperator: Operator = { name: '', contact: '', jurisdiction: '', publicUrl: '' };

function isOpen(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'state' in value && value.state === 'open';
}

function readOperator(body: Readonly<Record<string, unknown>>): Operator {
  const textOf = (name: keyof Operator) => {
    const value = body[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  return {
    name: textOf('name'),
    contact: textOf('contact'),
    jurisdiction: textOf('jurisdiction'),
    publicUrl: textOf('publicUrl'),
  };
}

function form(operator: Operator, refused: string | undefined) {
  return page('Set up this Fairlead', [
    'Callers have a right to know who handles their requests. These four answers will stand on the public pages of a later version.',
    ...(refused === undefined ? [] : [html`<p class="stop" role="alert">${refused}</p>`]),
    html`<form method="post">
${fields.map(
  ({ name, label, hint }) => html`<label>${label}
<input name="${name}" value="${operator[name]}" required maxlength="200">
<small>${hint}</small></label>
`,
)}
<button>Save operator</button>
</form>`,
  ]);
}

function spent() {
  return page('This link is used up', [
    'A set-up link works once, within 24 hours. This one was used, has expired, or was never made here.',
  ]);
}

function trouble(sentence: string) {
  return page('Not now', [sentence]);
}
