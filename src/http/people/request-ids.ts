import { randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';

/** What went wrong on our side: ids and closed words, for the log. */
export type Failed = (fault: { readonly request: string; readonly status: number; readonly route: string }) => void;

/** Every answer of the API has an id; a fault says it in its body too, and what is ours to mend stands in the log under it. */
export function requestIds(failed: Failed): MiddlewareHandler {
  return async (context, next) => {
    await next();
    if (!context.req.path.startsWith('/api/')) return;
    const request = `req_${randomBytes(10).toString('hex')}`;
    const { status, headers } = context.res;
    if (status >= 500) failed({ request, status, route: `${context.req.method} ${routePath(context, -1)}` });
    const isJson = headers.get('content-type')?.includes('json') === true;
    if (status < 400 || !isJson) return void headers.set('x-request-id', request);
    const body: unknown = JSON.parse(await context.res.text());
    const answer = new Response(`${JSON.stringify(withId(body, request))}\n`, { status, headers });
    answer.headers.delete('content-length');
    answer.headers.set('x-request-id', request);
    // Hono would else put the headers of the first answer over those of the second.
    context.res = undefined;
    context.res = answer;
  };
}

/** Beside the sentence, wherever that stands. */
function withId(body: unknown, request: string): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  if (!('error' in body) || typeof body.error !== 'object' || body.error === null) {
    return { ...body, request_id: request };
  }
  return { ...body, error: { ...body.error, request_id: request } };
}
