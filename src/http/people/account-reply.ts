import type { Context } from 'hono';
import type { AccountAnswer } from '#console/account/account-answer.ts';

export async function send(context: Context, answering: Promise<AccountAnswer>): Promise<Response> {
  const { status, body, csv } = await answering;
  return new Response(csv ?? `${JSON.stringify(body)}\n`, {
    status,
    headers: {
      ...Object.fromEntries(context.res.headers),
      'content-type': csv === undefined ? 'application/json' : 'text/csv; charset=utf-8',
      'cache-control': 'no-store',
    },
  });
}

export function secretOf(context: Context): string | undefined {
  const match = /^Bearer\s+(\S+)\s*$/i.exec(context.req.header('authorization') ?? '');
  return match?.[1] ?? context.req.header('x-api-key');
}
