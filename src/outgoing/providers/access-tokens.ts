import { Buffer } from 'node:buffer';
import { sign } from 'node:crypto';
import type { ServiceAccount } from '#core/routing/cloud-access.ts';

// Google's service accounts by hand: one signed claim, one POST to the address that the key file names, and to no other.
// The library for it would bring six packages, 66 ms and 24 MB, and looks for metadata servers of its own accord.
// https://developers.google.com/identity/protocols/oauth2/service-account#httprest

/** POSTs a form and gives the reply's JSON; rejects when there is none. */
export type PostForm = (url: string, form: string) => Promise<unknown>;

const scope = 'https://www.googleapis.com/auth/cloud-platform';
const claimSeconds = 3_600;
/** Renewed this long before its end, while the old one still serves. */
const aheadMs = 300_000;
/** After a failure nobody asks again for so long. */
const pauseMs = 1_000;

type Token = { readonly text: string; readonly endsAt: number };

/** The access token of one service account, asked for when it is first needed. Never logged, never written down. */
export class AccessTokens {
  readonly #account: ServiceAccount;
  readonly #post: PostForm;
  readonly #now: () => number;
  #token: Token | undefined;
  #asking: Promise<Token> | undefined;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(account: ServiceAccount, post: PostForm, now: () => number = Date.now) {
    this.#account = account;
    this.#post = post;
    this.#now = now;
  }

  async token(): Promise<string> {
    const now = this.#now();
    const held = this.#token;
    if (!held || held.endsAt <= now) return (await this.#renew()).text;
    // Whoever renews ahead may fail in silence: the one that still holds serves, and the next call asks again.
    if (held.endsAt - aheadMs <= now) this.#renew().catch(() => undefined);
    return held.text;
  }

  /** One question at a time, whoever waits for it. */
  #renew(): Promise<Token> {
    if (this.#asking) return this.#asking;
    if (this.#now() - this.#failedAt < pauseMs) return Promise.reject(new Error('no access token'));
    this.#asking = this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<Token> {
    const askedAt = this.#now();
    try {
      const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
      const form = new URLSearchParams({ grant_type: grant, assertion: claimOf(this.#account, askedAt) });
      const token = readToken(await this.#post(this.#account.tokenUrl, form.toString()), askedAt);
      this.#token = token;
      return token;
    } catch {
      this.#failedAt = this.#now();
      // What the other side said may quote the claim.
      throw new Error('no access token');
    }
  }
}

function claimOf({ email, privateKey, privateKeyId, tokenUrl }: ServiceAccount, now: number): string {
  const seconds = Math.floor(now / 1_000);
  const head = { alg: 'RS256', typ: 'JWT', ...(privateKeyId === undefined ? {} : { kid: privateKeyId }) };
  const claims = { iss: email, scope, aud: tokenUrl, iat: seconds, exp: seconds + claimSeconds };
  const signed = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`;
}

function readToken(reply: unknown, askedAt: number): Token {
  const { access_token: text, expires_in: seconds } = { ...(typeof reply === 'object' ? reply : {}) } as {
    readonly access_token?: unknown;
    readonly expires_in?: unknown;
  };
  if (typeof text !== 'string' || !/^[\x21-\x7e]{1,16384}$/.test(text)) throw new Error('no access token');
  const lives = typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 86_400) : claimSeconds;
  return { text, endsAt: askedAt + lives * 1_000 };
}
