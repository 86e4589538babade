/** The sign-in library's addresses that we offer; all others are not here. */
export const offered: ReadonlySet<string> = new Set([
  'POST sign-up/email',
  'POST sign-in/email',
  'POST sign-in/magic-link',
  'POST sign-out',
  'GET get-session',
  'POST send-verification-email',
  'POST request-password-reset',
  'POST reset-password',
  'POST change-password',
  'POST two-factor/enable',
  'POST two-factor/disable',
  'POST two-factor/verify-totp',
  'POST two-factor/verify-backup-code',
  'POST two-factor/generate-backup-codes',
]);

/** What lets in whoever guesses a password or a code: each browser may be wrong a few times. */
export const guessable: ReadonlySet<string> = new Set([
  'reset-password',
  'change-password',
  'two-factor/enable',
  'two-factor/disable',
  'two-factor/verify-totp',
  'two-factor/verify-backup-code',
  'two-factor/generate-backup-codes',
]);

/** What sends a letter: nobody's mailbox is filled from here. */
export const lettered: ReadonlySet<string> = new Set([
  'sign-in/magic-link',
  'send-verification-email',
  'request-password-reset',
]);

export function told(status: number, code: string, message: string, retryAfter?: number): Response {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return Response.json({ code, message }, { status, headers });
}

export function tooMany({ waitMs }: { readonly waitMs: number }, what: string): Response {
  const seconds = Math.ceil(waitMs / 1_000);
  return told(429, 'TOO_MANY', `${what} Try again in ${Math.ceil(seconds / 60)} min.`, seconds);
}

export function busy(): Response {
  return told(503, 'BUSY', 'Too many people sign in just now. Try again in a moment.', 2);
}

/** What the library answers to a link's secret that is none. */
export function linkOver(): Response {
  return told(400, 'INVALID_TOKEN', 'This link is used up, or too old. Ask for another one.');
}

export function signInFirst(): Response {
  return told(401, 'UNAUTHORIZED', 'Sign in first.');
}

export function codeUsed(): Response {
  return told(401, 'INVALID_CODE', 'This code was used already. Wait for the next one.');
}

/** A session's renewed cookie goes along, where the answer has none of its own. */
export function withRenewed(answer: Response, setCookies: readonly string[]): Response {
  const has = answer.headers.getSetCookie().some((each) => each.includes('.session_token='));
  if (!has) for (const cookie of setCookies) answer.headers.append('set-cookie', cookie);
  return answer;
}

export function textIn(fields: object | undefined, name: string): string | undefined {
  const value = (fields as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === 'string' ? value : undefined;
}

export function emailIn(body: string): string {
  try {
    const { email } = JSON.parse(body) as { readonly email?: unknown };
    return typeof email === 'string' ? email.toLowerCase().slice(0, 320) : '';
  } catch {
    return '';
  }
}

/** The session's secret belongs into the cookie alone. */
export async function withoutToken(answer: Response): Promise<Response> {
  const headers = new Headers(answer.headers);
  headers.delete('content-length');
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true && text !== '';
  const kept = isJson
    ? JSON.stringify(JSON.parse(text), (name, value: unknown) => (hidden.has(name) ? undefined : value))
    : text;
  return new Response(kept === '' ? null : kept, { status: answer.status, headers });
}

const hidden: ReadonlySet<string> = new Set(['token', 'actor']);
