import { type Context, Hono } from 'hono';
import { html } from 'hono/html';
import type { NoticeBoard, ShownNotice } from '#console/legal/notice-board.ts';
import { answerText, both } from './answer-page.ts';
import { changeList } from './legal-pages.ts';
import { noticeSentence } from './notice-banner.ts';
import { type Part, page } from './page.ts';
import { escaped } from './site/other-pages.ts';
import { figures, typeTag } from './site/parts.ts';
import { askedOrigin } from './site/site-routes.ts';

/** What was told before it held, as a page, as data and as a feed. */
export function noticePages(board: NoticeBoard, publicUrl: () => Promise<string | undefined>): Hono {
  const app = new Hono();
  both(app, '/legal/notices', { look: () => board.all(), render: noticesPage });
  app.get('/legal/notices.rss', async (context) => {
    const notices = await board.all();
    if (notices === undefined || typeof notices === 'string') return context.text('Not now.', 503);
    return answerText(context, feed(notices, await originOf(context, publicUrl)), 'application/rss+xml; charset=utf-8');
  });
  return app;
}

async function originOf(context: Context, publicUrl: () => Promise<string | undefined>): Promise<string> {
  return (await publicUrl())?.replace(/\/$/, '') ?? askedOrigin(context);
}

function noticesPage(notices: readonly ShownNotice[]): ReturnType<typeof page> {
  const coming = notices.filter(({ holds }) => !holds);
  const past = notices.filter(({ holds }) => holds);
  return page(
    'Notices',
    [
      figures([
        ['Not in effect yet', String(coming.length)],
        ['Told so far', String(notices.length)],
      ]),
      html`<p>What changes is told here, in the dashboard, by e-mail and <a href="/legal/notices.rss">as a feed</a>, at least 30
days before it holds. Who leads a workspace may object to a new sub-processor in the dashboard, under Notifications: then nothing
of that workspace is sent there.</p>`,
      ...(coming.length === 0 ? ['Nothing is about to change.'] : coming.map(noticePart)),
      ...(past.length === 0 ? [] : past.map(noticePart)),
    ],
    { path: '/legal/notices', twin: '/legal/notices.json', about: 'What changes, told before it holds.' },
  );
}

function noticePart(notice: ShownNotice): Part {
  const { kind, id, at, material, changes, upstream, subject } = notice;
  const facts = upstream
    ? html`<p>${typeTag(upstream.type)} in ${upstream.region}. It gets the content of requests that are sent to it. <a href="/subprocessors">All
sub-processors</a></p>`
    : '';
  const version = subject.replace(/^.*-/, '');
  const text =
    kind === 'policy'
      ? html`${changeList(changes)}<p><a href="/legal/privacy/${version}">The whole text</a></p>`
      : facts;
  return html`<section id="${id.replaceAll(' ', '-')}"><h2>${noticeSentence(notice)}</h2>
<p class="small quiet">Told on ${at.slice(0, 10)}${material ? ', material' : ''}.</p>${text}</section>`;
}

/** RSS 2.0, the newest first. */
function feed(notices: readonly ShownNotice[], origin: string): string {
  const items = notices.map((notice) => {
    const link = `${escaped(origin)}/legal/notices#${escaped(notice.id.replaceAll(' ', '-'))}`;
    return `<item><title>${escaped(noticeSentence(notice))}</title>
<link>${link}</link><guid isPermaLink="false">${escaped(`${origin} ${notice.id}`)}</guid>
<pubDate>${new Date(notice.at).toUTCString()}</pubDate><description>${escaped(noticeSentence(notice))}</description></item>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>Notices of this Fairlead</title><link>${escaped(origin)}/legal/notices</link>
<description>Versions of the privacy policy and new sub-processors, before they hold</description>
${items.join('\n')}
</channel></rss>
`;
}
