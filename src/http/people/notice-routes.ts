import type { Hono } from 'hono';
import type { Door } from '#console/account/door.ts';
import type { NoticeApi } from '#console/account/notice-api.ts';
import { Rows, withBody } from './rows.ts';

/** Addresses about what people are told before it holds, and what their workspace decides of it. */
export function noticeRoutes(door: Door, notices: NoticeApi): Hono {
  const rows = new Rows(door);
  rows.inWorkspace('notice-list', (caller) => notices.notices(caller));
  rows.forPerson('notice-see', (me, context) => withBody(context, 'notice-seen', (body) => notices.see(me, body)));
  rows.inWorkspace('sub-processor-list', (caller) => notices.subProcessors(caller));
  rows.inWorkspace('sub-processor-decide', (caller, context) =>
    withBody(context, 'sub-processor', (body) => notices.decide(caller, context.req.param('upstream') ?? '', body)),
  );
  return rows.app;
}
