import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { AccountAnswer } from '#console/account/account-answer.ts';
import type { BrowserRequest } from '#console/people/library-door.ts';
import type { People } from '#console/people/people.ts';
import { plainHttp } from '#console/people/site.ts';
import { askerOf, browserOf } from './account-reply.ts';
import { type Part, page } from './page.ts';
import type { TeamRoutes } from './team-routes.ts';

/**
 * Where the links of letters lead. Pages without script; what a link stands for is done when a button is pressed, since programs
 * that look through mail open every link.
 */
export function letterRoutes(people: People, rows: TeamRoutes): Hono {
  const app = new Hono();
  for (const path of ['/verify/:token', '/address/:token', '/enter/:token', '/reset/:token', '/invitation/:token']) {
    app.use(path, async (context, next) => {
      context.header('cache-control', 'no-store');
      if (await people.siteOf(browserOf(context))) return await next();
      return context.html(page('Not now', [plainHttp]), 403);
    });
  }
  app.get('/verify/:token', (context) =>
    context.html(page('Confirm your e-mail address', [button('Confirm e-mail address', undefined)])),
  );
  app.post('/verify/:token', (context) => follow(context, people, 'verify'));
  app.get('/address/:token', (context) => context.html(page('Another e-mail address', [button('Confirm', undefined)])));
  app.post('/address/:token', (context) => confirmAddress(context, people));
  app.get('/enter/:token', (context) => context.html(page('Sign in', [button('Sign in', undefined)])));
  app.post('/enter/:token', (context) => follow(context, people, 'magic-link'));
  app.get('/reset/:token', (context) => context.html(passwordPage(undefined)));
  app.post('/reset/:token', (context) => reset(context, people));
  app.get('/invitation/:token', (context) => invitation(context, { people, rows, refused: undefined }));
  app.post('/invitation/:token', (context) => accept(context, people, rows));
  return app;
}

async function follow(context: Context, people: People, kind: 'verify' | 'magic-link'): Promise<Response> {
  const browser = browserOf(context);
  if (browser.fetchSite !== 'same-origin') return context.html(fromElsewhere(), 403);
  const { isDone, setCookies } = await people.follow(browser, kind, context.req.param('token') ?? '');
  if (!isDone) return context.html(spent(), 410);
  for (const cookie of setCookies) context.header('set-cookie', cookie, { append: true });
  if (kind === 'magic-link') return context.redirect('/console/', 303);
  return context.html(page('Confirmed', ['This address is yours. Thank you.', onwards]));
}

async function confirmAddress(context: Context, people: People): Promise<Response> {
  if (browserOf(context).fetchSite !== 'same-origin') return context.html(fromElsewhere(), 403);
  const state = await people.newAddresses.confirm(context.req.param('token') ?? '');
  if (state === 'over') return context.html(spent(), 410);
  const [title, words] = confirmed[state];
  return context.html(page(title, words), state === 'taken' ? 409 : 200);
}

const confirmed = {
  taken: ['Not changed', ['Somebody else has this address here meanwhile. Your old one stays.']],
  'waits-for-old': ['Confirmed', ['Now follow the link in the letter to your old address.']],
  'waits-for-new': ['Confirmed', ['Now follow the link in the letter to your new address.']],
  changed: [
    'Your address is changed',
    ['All sessions have ended. Sign in with the new address.', html`<p><a href="/console/">Go to the console</a></p>`],
  ],
} satisfies Readonly<Record<string, readonly [title: string, words: Parameters<typeof page>[1]]>>;

async function reset(context: Context, people: People): Promise<Response> {
  const newPassword = await fieldOf(context, 'password');
  const body = JSON.stringify({ token: context.req.param('token'), newPassword });
  const answer = await people.handle({ ...browserOf(context), path: '/api/auth/reset-password' }, body);
  if (answer.status === 200) {
    return context.html(page('Password changed', ['All sessions have ended. Sign in with the new password.', onwards]));
  }
  return context.html(passwordPage(await messageOf(answer)), answer.status === 429 ? 429 : 422);
}

type Inviting = { readonly people: People; readonly rows: TeamRoutes; readonly refused: string | undefined };

async function invitation(context: Context, { people, rows, refused }: Inviting): Promise<Response> {
  const token = context.req.param('token') ?? '';
  const shown = await rows.team.showInvitation({ token });
  if (shown.status !== 200) return context.html(spent(), 410);
  // The line above judged its status.
  const { email, role } = (shown.body as { readonly data: { readonly email: string; readonly role: string } }).data;
  const who = await people.who({ ...browserOf(context), method: 'GET' });
  const isSignedIn = who.kind === 'signed-in' && who.signedIn.email === email;
  const fields = isSignedIn ? undefined : newAccount(email);
  const status = refused === undefined ? 200 : 422;
  return context.html(
    page('You are invited', [
      html`<p>To a workspace here, as <b>${role}</b>, with the address <b>${email}</b>.</p>`,
      ...(refused === undefined ? [] : [html`<p class="stop" role="alert">${refused}</p>`]),
      button(isSignedIn ? 'Accept invitation' : 'Make account and accept', fields),
      ...(isSignedIn
        ? []
        : [html`<p>You have an account? <a href="/console/sign-in">Sign in</a>, then open this link again.</p>`]),
    ]),
    status,
  );
}

async function accept(context: Context, people: People, rows: TeamRoutes): Promise<Response> {
  const browser = browserOf(context);
  if (browser.fetchSite !== 'same-origin') return context.html(fromElsewhere(), 403);
  const token = context.req.param('token') ?? '';
  const fields = await context.req.parseBody();
  const cookies = 'email' in fields ? await signUp(people, browser, { ...fields, invitation: token }) : [];
  if (typeof cookies === 'string') return await invitation(context, { people, rows, refused: cookies });
  for (const cookie of cookies) context.header('set-cookie', cookie, { append: true });
  const asker = askerOf(context);
  const kept = [browser.cookies, ...cookies.map((cookie) => cookie.split(';')[0] ?? '')].filter((each) => each !== '');
  const now = { ...asker, browser: { ...browser, cookies: kept.join('; ') } };
  const accepted: AccountAnswer = await rows.door.asPerson(now, (me) => rows.team.accept(me, { token }));
  return accepted.status === 200 ? context.redirect('/console/', 303) : context.html(spent(), 410);
}

/** What the browser is to keep, or why there is no account. */
async function signUp(people: People, browser: BrowserRequest, fields: object): Promise<readonly string[] | string> {
  const answer = await people.handle({ ...browser, path: '/api/auth/sign-up/email' }, JSON.stringify(fields));
  return answer.status === 200 ? answer.headers.getSetCookie() : await messageOf(answer);
}

async function messageOf(answer: Response): Promise<string> {
  const { message } = (await answer.json()) as { readonly message?: string };
  return message ?? 'This cannot be done just now. Try again shortly.';
}

async function fieldOf(context: Context, name: string): Promise<string> {
  const value = (await context.req.parseBody())[name];
  return typeof value === 'string' ? value : '';
}

function button(label: string, fields: Part | undefined): Part {
  return html`<form method="post">${fields ?? ''}<button>${label}</button></form>`;
}

const onwards = html`<p><a href="/console/">Go to the console</a></p>`;

const password = html`<label>Password
<input name="password" type="password" required minlength="10" maxlength="256" autocomplete="new-password">
<small>10 characters or more. A few words are better than odd signs.</small></label>`;

function newAccount(email: string): Part {
  return html`<label>Your name
<input name="name" required maxlength="100" autocomplete="name"></label>
<input type="hidden" name="email" value="${email}">
${password}
<p>Whoever makes an account accepts the <a href="/privacy">privacy policy</a>.</p>`;
}

function passwordPage(refused: string | undefined) {
  const alert = refused === undefined ? [] : [html`<p class="stop" role="alert">${refused}</p>`];
  return page('Choose a new password', [...alert, button('Change password', password)]);
}

function spent() {
  return page('This link is used up', ['It works once, and not for long. Ask for another one.']);
}

function fromElsewhere() {
  return page('Not now', ['This form came from another site.']);
}
