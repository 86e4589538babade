import { Hono } from 'hono';
import type { People } from '#console/people/people.ts';
import { browserOf } from './account-reply.ts';

/** `/api/auth/…`: signing in and out. */
export function authRoutes(people: People): Hono {
  const app = new Hono();
  app.get('/api/auth/elsewhere/:provider', async (context) => {
    const browser = browserOf(context);
    const site = await people.siteOf(browser);
    if (!site) return context.text('', 403);
    const back = { provider: context.req.param('provider'), query: context.req.query() };
    const answer = await people.entrances.comeBack(browser, site, back);
    answer.headers.set('cache-control', 'no-store');
    return answer;
  });
  app.on(['GET', 'POST'], '/api/auth/*', async (context) => {
    const answer = await people.handle(browserOf(context), await context.req.text());
    answer.headers.set('cache-control', 'no-store');
    return answer;
  });
  return app;
}
