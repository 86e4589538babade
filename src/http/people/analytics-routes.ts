import { type Context, Hono, type MiddlewareHandler } from 'hono';
import type { VisitBook } from '#console/analytics/visit-book.ts';
import { answerText } from './answer-page.ts';

/** Looks at public pages are counted without a script, a cookie or an address; other sites of the operator use `/count.js`. */
export function analyticsRoutes(book: VisitBook): Hono {
  const app = new Hono();
  app.get('/count.js', (context) =>
    answerText(context, script, 'text/javascript; charset=utf-8', 'public, max-age=3600'),
  );
  // Umami's address and shape.
  app.post('/api/send', async (context) => {
    const said: unknown = await context.req.json().catch(() => undefined);
    const payload = payloadOf(said);
    if (!payload)
      return context.json(
        { error: { code: 400, message: 'Send {"type":"event","payload":{"url":"/…"}}.' } },
        400,
        open,
      );
    const { url } = payload;
    // Names of events and what is said of persons come without one: that is taken, and kept nowhere.
    if (url !== undefined && !wantsNone(context)) {
      book.see(
        { ...payload, url, ...visitorOf(context), host: payload.hostname || hostOf(context) },
        networkOf(context),
      );
    }
    return context.json({ ok: true }, 200, open);
  });
  app.options('/api/send', (context) =>
    context.body(null, 204, {
      ...open,
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'content-type',
    }),
  );
  return app;
}

/** Any page of any site of the operator may count; nothing is told, and no credential is taken. */
const open = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };

/** Counts each page that was shown, after it was. */
export function countPages(book: VisitBook): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const { method, path } = context.req;
    const isPage =
      context.res.headers.get('content-type')?.startsWith('text/html') === true && context.res.status === 200;
    if (method !== 'GET' || !isPage || wantsNone(context) || isPrivate(path)) return;
    const referrer = context.req.header('referer') ?? '';
    book.see({ url: path, referrer, ...visitorOf(context), host: hostOf(context) }, networkOf(context));
  };
}

/** Do Not Track and Global Privacy Control: who says so is not counted at all. */
function wantsNone(context: Context): boolean {
  return context.req.header('dnt') === '1' || context.req.header('sec-gpc') === '1';
}

/** A link that works once says who somebody is. */
function isPrivate(path: string): boolean {
  return /^\/(?:setup|enter|invitation|reset|verify|auth|privacy\/requests)\b/.test(path);
}

function visitorOf(context: Context) {
  return {
    userAgent: context.req.header('user-agent') ?? '',
    country: context.req.header('x-fairlead-internal-country') ?? '',
  };
}

function networkOf(context: Context): string {
  return context.req.header('x-fairlead-internal-network') ?? '';
}

function hostOf(context: Context): string {
  return context.req.header('host') ?? '';
}

function payloadOf(
  said: unknown,
): { readonly url: string | undefined; readonly referrer: string; readonly hostname: string } | undefined {
  if (typeof said !== 'object' || said === null || !('payload' in said)) return undefined;
  const { payload } = said;
  if (typeof payload !== 'object' || payload === null) return undefined;
  const [url, website] = [textOf(payload, 'url'), textOf(payload, 'website')];
  if (url === '' && website === '') return undefined;
  // Names of events and what a page adds to them are not counted: there is no place where they could say who somebody is.
  return { url: url || undefined, referrer: textOf(payload, 'referrer'), hostname: textOf(payload, 'hostname') };
}

function textOf(payload: object, name: string): string {
  const value: unknown = Reflect.get(payload, name);
  return typeof value === 'string' ? value : '';
}

const script = `(()=>{const n=navigator,l=location,s=document.currentScript;
if(n.doNotTrack==='1'||n.globalPrivacyControl||!s)return;
const to=new URL('/api/send',s.src);
let last;
const send=()=>{if(last===l.pathname)return;
fetch(to,{method:'POST',keepalive:true,credentials:'omit',headers:{'content-type':'application/json'},
body:JSON.stringify({type:'event',payload:{hostname:l.hostname,url:l.pathname,referrer:last?'':document.referrer}})}).catch(()=>{});
last=l.pathname};
const push=history.pushState;
history.pushState=function(){push.apply(this,arguments);send()};
addEventListener('popstate',send);
send()})();
`;
