import { html } from 'hono/html';
import type { ShownNotice } from '#console/legal/notice-board.ts';

const bodyStart = '<main id="main">';

/** A page, with what does not hold yet above its content: everybody who comes by is told. */
export function withNotices(body: string, coming: readonly ShownNotice[] = []): string {
  if (coming.length === 0) return body;
  const lines = coming.map((notice) => html`<p>${noticeSentence(notice)} <a href="/legal/notices">Read more</a></p>`);
  const banner = html`<aside class="notice" aria-label="Notices">${lines}</aside>`;
  return body.replace(bodyStart, () => `${String(banner)}\n${bodyStart}`);
}

/** The one sentence of a notice, on pages and in feeds. */
export function noticeSentence({ kind, subject, effective, holds, upstream }: ShownNotice): string {
  if (kind === 'policy') {
    const version = subject.replace(/^.*-/, '');
    return `Version ${version} of the privacy policy ${holds ? 'holds since' : 'takes effect on'} ${effective}.`;
  }
  const who = upstream && upstream.provider !== subject ? `${upstream.provider} (${subject})` : subject;
  return `${who} ${holds ? 'answers AI requests since' : 'will answer AI requests from'} ${effective}${holds ? '' : ' on; until then a workspace may object, or agree'}.`;
}
