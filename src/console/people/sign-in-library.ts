import { APIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { magicLink } from 'better-auth/plugins/magic-link';
import { twoFactor } from 'better-auth/plugins/two-factor';
import { HashQueueFull, type PasswordHashes } from './password-hash.ts';
import { type AdapterOptions, peopleAdapter } from './people-adapter.ts';
import { cookiePrefix } from './site.ts';

const passwordCharacters = { min: 10, max: 256 } as const;

const [hour, day] = [3_600, 86_400];

export type LibraryOptions = AdapterOptions & {
  /** A letter with the secret of a link. */
  readonly write: (kind: 'verify' | 'reset' | 'magic-link' | 'taken', to: string, token: string) => Promise<void>;
  readonly isSecure: boolean;
  /**
   * Whether an account that is made opens a session, and one that is there already refuses another. Else both are answered alike,
   * after the same hash.
   */
  readonly tells: boolean;
  readonly hashes: PasswordHashes;
};

/**
 * The sign-in library as we use it: our own tables, our own hash, our own limits; it reports nothing to anybody, logs nothing
 * (its lines would name people) and opens no socket. Whatever origin a request has was judged before it comes here.
 */
export function signInLibrary(options: LibraryOptions) {
  const { isSecure, tells, hashes, vault, write } = options;
  return betterAuth({
    appName: 'Fairlead',
    secret: vault.cookieSecret,
    database: peopleAdapter(options),
    telemetry: { enabled: false },
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      autoSignIn: tells,
      onExistingUserSignUp: ({ user }) => write('taken', user.email, 'sign-in'),
      minPasswordLength: passwordCharacters.min,
      maxPasswordLength: passwordCharacters.max,
      revokeSessionsOnPasswordReset: true,
      resetPasswordTokenExpiresIn: hour,
      sendResetPassword: ({ user, token }) => write('reset', user.email, token),
      password: { hash: (password) => inTurn(hashes.hash(password)), verify: (given) => inTurn(hashes.verify(given)) },
    },
    emailVerification: {
      sendOnSignUp: true,
      expiresIn: hour,
      sendVerificationEmail: ({ user, token }) => write('verify', user.email, token),
    },
    plugins: [
      magicLink({ disableSignUp: true, sendMagicLink: ({ email, token }) => write('magic-link', email, token) }),
      twoFactor({ issuer: 'Fairlead' }),
    ],
    user: {
      additionalFields: {
        actor: { type: 'string', required: false, input: false },
        termsVersion: { type: 'string', required: false, input: false },
        acceptedAt: { type: 'date', required: false, input: false },
      },
      changeEmail: { enabled: false },
      deleteUser: { enabled: false },
    },
    session: {
      expiresIn: 30 * day,
      updateAge: day,
      additionalFields: { provedAt: { type: 'date', required: false, input: false } },
    },
    advanced: {
      cookiePrefix: cookiePrefix({ isSecure }),
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isSecure, httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { disableIpTracking: true },
    },
  });
}

export type SignInLibrary = ReturnType<typeof signInLibrary>;

async function inTurn<Result>(hashing: Promise<Result>): Promise<Result> {
  try {
    return await hashing;
  } catch (thrown) {
    if (!(thrown instanceof HashQueueFull)) throw thrown;
    throw new APIError('SERVICE_UNAVAILABLE', {
      code: 'BUSY',
      message: 'Too many people sign in just now. Try again in a moment.',
    });
  }
}
