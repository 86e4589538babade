import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { DeskApi } from '#console/rights/desk-api.ts';
import { browserOf } from './account-reply.ts';
import { page } from './page.ts';

/** Where the letter leads that asks who asked: pages without script, and never a question for a document. */
export function whoAsksRoutes(desk: DeskApi): Hono {
  const app = new Hono();
  const path = '/privacy/identity/:link';
  app.use(path, async (context, next) => {
    context.header('cache-control', 'no-store');
    await next();
  });
  app.get(path, (context) =>
    context.html(
      page('You asked about your data', [
        html`<p>Confirm that it was you. Nothing happens without this.</p>`,
        html`<form method="post"><button>I asked</button></form>`,
      ]),
    ),
  );
  app.post(path, (context) => take(context, desk));
  return app;
}

async function take(context: Context, desk: DeskApi): Promise<Response> {
  if (browserOf(context).fetchSite !== 'same-origin') return context.html(page('Not from here', [elsewhere]), 403);
  const link = context.req.param('link') ?? '';
  const fields = await context.req.parseBody();
  const told = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value.trim()]] : [])),
  );
  if (Object.keys(told).length === 0) {
    if (!(await desk.confirm(link))) return context.html(page('This link is over', [over]), 410);
    return context.html(page('Thank you', [factsForm]));
  }
  if (!(await desk.facts(link, told))) return context.html(page('This link is over', [over]), 410);
  return context.html(page('Thank you', ['A person compares what you wrote, and answers you.']));
}

const factsForm = html`<p>This address is yours. If what you ask concerns an account, say what you know of it; two of these are enough. No
    document is needed, and none is kept.</p>
  <form method="post">
    <p><label>Name of one of your workspaces<br><input name="workspace" maxlength="100"></label></p>
    <p><label>Month in which you made the account, as in 2026-11<br><input name="month" maxlength="7"></label></p>
    <p><label>The last four characters of one of your keys<br><input name="key_ending" maxlength="4"></label></p>
    <button>Send</button>
  </form>`;

const over = 'It was for one request, for seven days. Ask whoever runs this for another one.';
const elsewhere = 'This came from a page of another site.';
