import { Hono } from 'hono';
import { refusal } from '#console/account/account-answer.ts';
import { readFields } from '#console/account/read-fields.ts';
import { routes } from '#console/contract/routes.ts';
import type { LeakDesk } from '#console/leaks/leak-desk.ts';
import { send } from './account-reply.ts';

/** Where keys are handed in that were found: by anybody, and by GitHub's secret scanning. */
export function leakRoutes(leaks: LeakDesk): Hono {
  const app = new Hono();
  app.post(routes['key-leaked'].path, async (context) => {
    const fields = readFields(await context.req.arrayBuffer());
    return send(
      context,
      fields ? leaks.report(fields) : Promise.resolve(refusal(400, 'The body is not a JSON object.')),
    );
  });
  app.post(routes['key-leaked-github'].path, async (context) => {
    const notice = {
      body: new Uint8Array(await context.req.arrayBuffer()),
      identifier: context.req.header('github-public-key-identifier'),
      signature: context.req.header('github-public-key-signature'),
    };
    return send(context, leaks.github(notice));
  });
  return app;
}
