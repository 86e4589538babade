import { createHash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { type GuardedAnswer, guardedFetch } from '#outgoing/guarded-fetch.ts';
import type { Challenges } from './challenges.ts';

/** A site at which people may sign in for us: any that speaks OpenID Connect. */
export type SignInProvider = {
  readonly name: string;
  readonly label: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

/** What the site says of who signed in there. */
export type Claims = {
  readonly provider: string;
  readonly subject: string;
  readonly email: string | undefined;
  readonly isVerified: boolean;
  readonly name: string | undefined;
};

/** What is kept until the browser is back. */
export type Journey = {
  readonly provider: string;
  readonly next: string;
  /** Who wants to sign in with it from now on; undefined: whoever comes back. */
  readonly person?: string;
};

type Discovered = {
  readonly authorization_endpoint: string;
  readonly token_endpoint: string;
  readonly jwks_uri: string;
};

type ElsewhereOptions = {
  readonly providers: readonly SignInProvider[];
  readonly challenges: Challenges;
  now(): number;
};

const freshMs = 600_000;
/** By keys that the site alone has: nothing that is signed with the secret we share, and nothing unsigned. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

/** Signing in at another site by OpenID Connect: code flow with PKCE, state and nonce, each good once. */
export class Elsewhere {
  readonly #options: ElsewhereOptions;
  readonly #known = new Map<string, { readonly at: number; readonly value: Promise<unknown> }>();

  constructor(options: ElsewhereOptions) {
    this.#options = options;
  }

  /** Where the browser goes, and the state that it brings back, in the address and in its cookie. */
  async begin(
    journey: Journey,
    callback: string,
  ): Promise<{ readonly url: string; readonly state: string } | undefined> {
    const provider = this.#provider(journey.provider);
    if (!provider) return undefined;
    const { authorization_endpoint: endpoint } = await this.#discover(provider);
    const isSafe = endpoint.startsWith('https://') || new URL(endpoint).origin === new URL(provider.issuer).origin;
    if (!isSafe) return undefined;
    const [state, nonce, verifier] = [token(), token(), token()];
    await this.#options.challenges.give('sign-in-elsewhere', state, JSON.stringify({ ...journey, nonce, verifier }));
    const url = new URL(endpoint);
    for (const [name, value] of Object.entries({
      ...{ response_type: 'code', client_id: provider.clientId, redirect_uri: callback },
      ...{ scope: 'openid email profile', state, nonce, code_challenge_method: 'S256' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    })) {
      url.searchParams.set(name, value);
    }
    return { url: url.href, state };
  }

  /** What the site says once the browser is back; undefined where anything about it is not as it must be. */
  async finish(
    { state, code, issuer }: { readonly state: string; readonly code: string; readonly issuer: string | undefined },
    callback: string,
  ): Promise<{ readonly journey: Journey; readonly claims: Claims } | undefined> {
    const kept = await this.#options.challenges.take('sign-in-elsewhere', state);
    if (kept === undefined) return undefined;
    // Written by `begin`.
    const { nonce, verifier, ...journey } = JSON.parse(kept) as Journey & { nonce: string; verifier: string };
    const provider = this.#provider(journey.provider);
    // A site that says who it is (RFC 9207) says the one that was asked.
    if (!provider || (issuer !== undefined && issuer !== provider.issuer)) return undefined;
    try {
      const claims = await this.#claims(provider, { code, callback, verifier, nonce });
      return claims && { journey, claims };
    } catch {
      // Out of reach, or a signature, issuer, audience or time that is wrong: its words are foreign, and the page says so much.
      return undefined;
    }
  }

  async #claims(
    provider: SignInProvider,
    { code, callback, verifier, nonce }: Record<'code' | 'callback' | 'verifier' | 'nonce', string>,
  ): Promise<Claims | undefined> {
    const { token_endpoint: endpoint, jwks_uri: keysAt } = await this.#discover(provider);
    const { clientId, clientSecret, issuer } = provider;
    const answer = await this.#ask(provider, endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        ...{ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier },
        ...{ client_id: clientId, client_secret: clientSecret },
      }).toString(),
    });
    const { id_token: written } = JSON.parse(answer.text) as { readonly id_token?: string };
    if (answer.status !== 200 || written === undefined) return undefined;
    const keys = await this.#once(keysAt, async () => parsed<JSONWebKeySet>(await this.#ask(provider, keysAt)));
    const { payload } = await jwtVerify(written, createLocalJWKSet(keys), {
      ...{ issuer, audience: clientId, algorithms, currentDate: new Date(this.#options.now()), clockTolerance: 30 },
      requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
    });
    if (payload.nonce !== nonce) return undefined;
    if (Array.isArray(payload.aud) && payload.aud.length > 1 && payload.azp !== clientId) return undefined;
    return {
      ...{ provider: provider.name, subject: `${issuer} ${payload.sub}` },
      email: typeof payload.email === 'string' ? payload.email.toLowerCase() : undefined,
      isVerified: payload.email_verified === true,
      name: typeof payload.name === 'string' ? payload.name.slice(0, 100) : undefined,
    };
  }

  async #discover(provider: SignInProvider): Promise<Discovered> {
    const at = `${provider.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    return await this.#once(at, async () => {
      const found = parsed<Discovered & { readonly issuer: string }>(await this.#ask(provider, at));
      if (found.issuer !== provider.issuer) throw new Error('the site says that it is another one');
      return found;
    });
  }

  /** The operator named the issuer; whatever else it names must be as public, or at the same host. */
  async #ask({ issuer }: SignInProvider, url: string, request: object = {}): Promise<GuardedAnswer> {
    const isOperators = URL.canParse(url) && new URL(url).origin === new URL(issuer).origin;
    return await guardedFetch(url, { ...request, isOperators });
  }

  /** Once in ten minutes; what failed is asked for again. */
  async #once<Value>(name: string, ask: () => Promise<Value>): Promise<Value> {
    const known = this.#known.get(name);
    // Only what `ask` of this very name gave is under it.
    if (known && this.#options.now() - known.at < freshMs) return (await known.value) as Value;
    const value = ask();
    this.#known.set(name, { at: this.#options.now(), value });
    value.catch(() => this.#known.delete(name));
    return await value;
  }

  #provider(name: string): SignInProvider | undefined {
    return this.#options.providers.find((each) => each.name === name);
  }
}

function parsed<Value>({ status, text }: GuardedAnswer): Value {
  if (status !== 200) throw new Error('the site does not say how to sign in there');
  // What is missing in it fails where it is used.
  return JSON.parse(text) as Value;
}

function token(): string {
  return randomBytes(32).toString('base64url');
}
