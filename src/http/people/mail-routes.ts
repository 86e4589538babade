import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { Door } from '#console/account/door.ts';
import type { MailApi } from '#console/news/mail-api.ts';
import { page } from './page.ts';
import { Rows, withBody } from './rows.ts';

/** Which letters people get, the news that operators send, and the link that ends them. */
export function mailRoutes(door: Door, mail: MailApi): Hono {
  const rows = new Rows(door);
  rows.forPerson('mail-show', (me) => mail.show(me));
  rows.forPerson('mail-choose', (me, context) => withBody(context, 'mail', (body) => mail.choose(me, body)));
  rows.forOperators('operator-news', () => mail.list());
  rows.forOperators('operator-news-send', (context) => withBody(context, 'news', (body) => mail.send(body)));
  rows.app.route('/', stopRoutes(mail));
  return rows.app;
}

/**
 * RFC 8058: a program that reads mail posts there when its reader presses a button, from wherever it is, without cookies and without
 * being led on. People see a page with one button, since programs that look through mail open every link.
 */
function stopRoutes(mail: MailApi): Hono {
  const app = new Hono();
  const path = '/news/stop/:token';
  app.use(path, async (context, next) => {
    context.header('cache-control', 'no-store');
    await next();
  });
  app.get(path, (context) =>
    context.html(
      page('No more news by mail', [html`<form method="post"><button>Send me no more news</button></form>`]),
    ),
  );
  app.post(path, (context) => stop(context, mail));
  return app;
}

async function stop(context: Context, mail: MailApi): Promise<Response> {
  const state = await mail.stop(context.req.param('token') ?? '');
  if (state === 'unknown') return context.html(page('Nothing is here', ['This is not the link of a letter.']), 404);
  if (state === 'not-now') return context.html(page('Not now', ['Try again shortly.']), 503);
  return context.html(
    page('No more news', [
      'You get no more news by mail. Letters that belong to your account, such as those you ask for, come as before.',
    ]),
  );
}
