import { type Context, Hono } from 'hono';
import type { AccountAnswer } from '#console/account/account-answer.ts';
import type { PersonApi } from '#console/account/person-api.ts';
import type { People } from '#console/people/people.ts';
import { browserOf, send } from './account-reply.ts';

/** `/api/auth/…`: signing in and out; and `/api/v1/me`. */
export function authRoutes(people: People, api: PersonApi): Hono {
  const app = new Hono();
  app.on(['GET', 'POST'], '/api/auth/*', async (context) => {
    const answer = await people.handle(browserOf(context), await context.req.text());
    answer.headers.set('cache-control', 'no-store');
    return answer;
  });
  app.get('/api/v1/me', (context) => withCookies(context, api.me(browserOf(context))));
  return app;
}

/** A session that is used is renewed now and then: the browser is told. */
async function withCookies(
  context: Context,
  answering: Promise<AccountAnswer & { readonly setCookies?: readonly string[] }>,
): Promise<Response> {
  const answered = await answering;
  const response = await send(context, Promise.resolve(answered));
  for (const cookie of answered.setCookies ?? []) response.headers.append('set-cookie', cookie);
  return response;
}
