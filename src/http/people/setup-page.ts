import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { RunCommand } from '#console/command-link.ts';
import type { NewPerson, People } from '#console/people/people.ts';
import { plainHttp } from '#console/people/site.ts';
import { browserOf } from './account-reply.ts';
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
  { name: 'email', label: 'Your e-mail address', hint: 'You sign in with it. Nobody else is shown it.' },
] as const;

type Answers = Readonly<Record<(typeof fields)[number]['name'], string>>;

/**
 * The one-use set-up link, instead of default credentials: it asks who operates this Fairlead and makes the first account, which
 * owns the workspace `default` and operates everything.
 */
export function setupRoutes(command: RunCommand, people: People): Hono {
  const app = new Hono();
  app.get('/:token', async (context) => {
    const state = await stateOf(command, context);
    if (state !== 'open')
      return context.html(state === 'closed' ? spent() : trouble(state.refused), state === 'closed' ? 410 : 503);
    if (!(await people.siteOf(browserOf(context)))) return context.html(trouble(plainHttp), 403);
    return context.html(form(noAnswers, undefined));
  });
  app.post('/:token', async (context) => {
    const body = await context.req.parseBody();
    const answers = readAnswers(body);
    const outcome = await finish({ command, people, context, answers, password: textOf(body, 'password') });
    if ('refused' in outcome) return context.html(form(answers, outcome.refused), 422);
    if ('trouble' in outcome) return context.html(trouble(outcome.trouble), 403);
    for (const cookie of outcome.setCookies) context.header('set-cookie', cookie, { append: true });
    return context.html(
      page('Set up', [
        'Thank you. This link is used up now, and you are signed in.',
        html`<p>The workspace <b>default</b> is yours, with its first key and a dollar of credit. <a href="/">Go on to the start page</a>.</p>`,
        html`<p>Then <a href="/console/settings">confirm your e-mail address</a>: who lost the password comes in again by it.</p>`,
      ]),
    );
  });
  return app;
}

type Finishing = {
  readonly command: RunCommand;
  readonly people: People;
  readonly context: Context;
  readonly answers: Answers;
  readonly password: string;
};

type Finished =
  | { readonly setCookies: readonly string[] }
  | { readonly refused: string }
  | { readonly trouble: string };

/** The account comes first, and is given its roles with the link's end: whoever is interrupted in between can send it again. */
async function finish({ command, people, context, answers, password }: Finishing): Promise<Finished> {
  // A form of another site cannot know the token, but it must not ride on one that leaked either.
  const site = context.req.header('sec-fetch-site');
  if (site !== undefined && site !== 'same-origin') return { trouble: 'This form came from another site.' };
  const { email, ...operator } = answers;
  const token = context.req.param('token');
  const said = await command('setup-say', { token, operator });
  if ('refused' in said) return said;
  const person: NewPerson = { name: operator.name, email, password };
  const entered = await people.enterFirst(browserOf(context), person);
  if ('refused' in entered) return entered;
  const outcome = await command('setup-complete', { token, operator, person: entered.person });
  return 'refused' in outcome ? outcome : { setCookies: entered.setCookies };
}

const noAnswers: Answers = { name: '', contact: '', jurisdiction: '', publicUrl: '', email: '' };

async function stateOf(
  command: RunCommand,
  context: Context,
): Promise<'open' | 'closed' | { readonly refused: string }> {
  const outcome = await command('setup-link-state', { token: context.req.param('token') });
  if ('refused' in outcome) return outcome;
  const { value } = outcome;
  return typeof value === 'object' && value !== null && 'state' in value && value.state === 'open' ? 'open' : 'closed';
}

function readAnswers(body: Readonly<Record<string, unknown>>): Answers {
  return {
    name: textOf(body, 'name').trim(),
    contact: textOf(body, 'contact').trim(),
    jurisdiction: textOf(body, 'jurisdiction').trim(),
    publicUrl: textOf(body, 'publicUrl').trim(),
    email: textOf(body, 'email').trim(),
  };
}

function textOf(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  return typeof value === 'string' ? value : '';
}

function form(answers: Answers, refused: string | undefined) {
  return page('Set up this Fairlead', [
    'Callers have a right to know who handles their requests: the first four answers stand on the public pages. With the last two you sign in.',
    ...(refused === undefined ? [] : [html`<p class="stop" role="alert">${refused}</p>`]),
    html`<form method="post">
${fields.map(
  ({ name, label, hint }) => html`<label>${label}
<input name="${name}" value="${answers[name]}" required maxlength="200"${name === 'email' ? html` type="email" autocomplete="username"` : ''}>
<small>${hint}</small></label>
`,
)}
<label>Password
<input name="password" type="password" required minlength="10" maxlength="256" autocomplete="new-password">
<small>10 characters or more. A few words are better than odd signs.</small></label>
<button>Save operator and sign in</button>
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
