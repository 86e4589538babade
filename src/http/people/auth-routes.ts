import { Hono } from 'hono';
import type { People } from '#console/people/people.ts';
import { browserOf } from './account-reply.ts';

/** `/api/auth/…`: signing in and out. */
export function authRoutes(people: People): Hono {
  const app = new Hono();
  app.on(['GET', 'POST'], '/api/auth/*', async (context) => {
    const answer = await people.handle(browserOf(context), await context.req.text());
    answer.headers.set('cache-control', 'no-store');
    return answer;
  });
  return app;
}
