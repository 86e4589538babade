import { createHash } from 'node:crypto';
import type { Context, Hono } from 'hono';
import type { Shown } from '#console/legal/legal-desk.ts';
import type { NoticeBoard } from '#console/legal/notice-board.ts';
import { withNotices } from './notice-banner.ts';
import type { page } from './page.ts';

type Render<View> = (view: View, context: Context) => ReturnType<typeof page>;

/** A page, and what it shows as JSON at `twin`: the same address with `.json`, unless said otherwise. */
export function both<View extends object>(
  app: Hono,
  path: string,
  {
    look,
    render,
    twin = `${path}.json`,
  }: {
    readonly look: (context: Context) => Promise<Shown<View>>;
    readonly render: Render<View>;
    readonly twin?: string;
  },
): void {
  app.get(path, async (context) => await answerPage(context, await look(context), render));
  app.get(twin, async (context) => await answerPage(context, await look(context), undefined));
}

/** Readers ask again whether it is still the same, and mostly it is. */
export async function answerPage<View extends object>(
  context: Context,
  view: Shown<View>,
  render: Render<View> | undefined,
): Promise<Response> {
  if (view === undefined) return await context.notFound();
  if (typeof view === 'string') return context.text(view, 503, { 'retry-after': '2' });
  const body = render
    ? withNotices(String(await render(view, context)), await boardOf(context)?.coming())
    : `${JSON.stringify(view)}\n`;
  return answerText(context, body, render ? 'text/html; charset=utf-8' : 'application/json');
}

/** Set for all pages by serve-people.ts. */
function boardOf(context: Context): NoticeBoard | undefined {
  return context.get('notices') as NoticeBoard | undefined;
}

export function answerText(context: Context, body: string, type: string, cacheControl = 'no-cache'): Response {
  const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
  const headers = {
    ...Object.fromEntries(context.res.headers),
    'content-type': type,
    'cache-control': cacheControl,
    etag: tag,
  };
  const isKnown =
    context.req
      .header('if-none-match')
      ?.split(/\s*,\s*/)
      .includes(tag) === true;
  return isKnown ? new Response(null, { status: 304, headers }) : new Response(body, { headers });
}
