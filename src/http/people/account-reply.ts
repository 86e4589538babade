import type { Context } from 'hono';
import { routePath } from 'hono/route';
import type { AccountAnswer } from '#console/account/account-answer.ts';
import { routeNameOf } from '#console/account/door.ts';
import type { Asker } from '#console/account/find-caller.ts';
import type { BrowserRequest } from '#console/people/library-door.ts';

export async function send(context: Context, answering: Promise<AccountAnswer>): Promise<Response> {
  const { status, body, csv, text, file, setCookies = [] } = await answering;
  const response = new Response(file?.content ?? text?.content ?? csv ?? `${JSON.stringify(body)}\n`, {
    status,
    headers: {
      ...Object.fromEntries(context.res.headers),
      'content-type': file?.type ?? text?.type ?? (csv === undefined ? 'application/json' : 'text/csv; charset=utf-8'),
      'cache-control': 'no-store',
      ...(file && {
        'content-disposition': `attachment; filename="${file.name}"`,
        'content-length': String(file.bytes),
      }),
    },
  });
  for (const cookie of setCookies) response.headers.append('set-cookie', cookie);
  return response;
}

export function askerOf(context: Context): Asker {
  return {
    secret: secretOf(context),
    address: context.req.header('x-fairlead-internal-address'),
    browser: browserOf(context),
    workspace: context.req.header('x-fairlead-workspace'),
    action: routeNameOf(context.req.method, routePath(context)),
    target: Object.values(context.req.param()).join(' ').slice(0, 200),
  };
}

/** What a browser says of itself and of the page that it shows. */
export function browserOf(context: Context): BrowserRequest {
  const said = (name: string) => context.req.header(name);
  return {
    method: context.req.method,
    path: context.req.path,
    cookies: said('cookie') ?? '',
    host: said('host'),
    forwardedProto: said('x-forwarded-proto'),
    origin: said('origin'),
    fetchSite: said('sec-fetch-site'),
    userAgent: said('user-agent') ?? '',
    network: said('x-fairlead-internal-network') ?? '',
  };
}

function secretOf(context: Context): string | undefined {
  const match = /^Bearer\s+(\S+)\s*$/i.exec(context.req.header('authorization') ?? '');
  return match?.[1] ?? context.req.header('x-api-key');
}
