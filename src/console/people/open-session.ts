import { createHmac, randomBytes } from 'node:crypto';
import type { PersonVault } from './person-vault.ts';
import type { SignInLibrary } from './sign-in-library.ts';

export type Opening = {
  readonly person: string;
  readonly userAgent: string;
  /** What was shown is as good as two factors: nobody is asked for a code on top. */
  readonly isWhole: boolean;
};

export type OpenedSession = {
  /** A code is asked for yet. */
  readonly needsCode: boolean;
  readonly setCookies: readonly string[];
};

const stepSeconds = 600;

/**
 * Lets in whoever showed who he is by something that the sign-in library has no door for; where a second factor guards the account
 * it is asked for next, as after a password. Undefined: nobody is called that.
 */
export async function openSession(
  library: SignInLibrary,
  { cookieSecret }: PersonVault,
  { person, userAgent, isWhole }: Opening,
): Promise<OpenedSession | undefined> {
  const { internalAdapter, authCookies, createAuthCookie } = await library.$context;
  const user = await internalAdapter.findUserById(person);
  if (!user) return undefined;
  if (!isWhole && 'twoFactorEnabled' in user && user.twoFactorEnabled === true) {
    const identifier = `2fa-${randomBytes(20).toString('hex')}`;
    const expiresAt = new Date(Date.now() + stepSeconds * 1_000);
    await internalAdapter.createVerificationValue({ value: person, identifier, expiresAt });
    await internalAdapter.createVerificationValue({ value: '0', identifier: `2fa-attempts-${identifier}`, expiresAt });
    const cookie = createAuthCookie('two_factor', { maxAge: stepSeconds });
    return { needsCode: true, setCookies: [written(cookie, identifier, { cookieSecret, maxAge: stepSeconds })] };
  }
  const session = await internalAdapter.createSession(person, false, { userAgent });
  const maxAge = Math.max(Math.round((session.expiresAt.getTime() - Date.now()) / 1_000), 1);
  return {
    needsCode: false,
    setCookies: [written(authCookies.sessionToken, session.token, { cookieSecret, maxAge })],
  };
}

type Cookie = { readonly name: string; readonly attributes: { readonly secure?: boolean } };

/** As the sign-in library signs its cookies, which it reads again (HMAC-SHA256 in base64 after a point). */
function written(
  { name, attributes }: Cookie,
  value: string,
  { cookieSecret, maxAge }: { readonly cookieSecret: string; readonly maxAge: number },
): string {
  const signature = createHmac('sha256', cookieSecret).update(value).digest('base64');
  const signed = encodeURIComponent(`${value}.${signature}`);
  const secure = attributes.secure ? '; Secure' : '';
  return `${name}=${signed}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}
