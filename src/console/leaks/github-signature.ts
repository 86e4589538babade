import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { guardedFetch } from '#outgoing/guarded-fetch.ts';

/** What the configuration says of GitHub's notices of leaked keys. */
export type GithubLeaks = {
  /** Where GitHub publishes the keys that it signs with. */
  readonly keysUrl: string;
  /** By their identifiers, in PEM; what is here is not asked for. */
  readonly keys: Readonly<Record<string, string>>;
};

export type SignedNotice = {
  readonly body: Uint8Array;
  readonly identifier: string | undefined;
  readonly signature: string | undefined;
};

const againMs = 60_000;
const oldMs = 86_400_000;
const keysMax = 20;
const deadlineMs = 5_000;

type Asked = { readonly at: number; readonly keys: ReadonlyMap<string, KeyObject> };

/**
 * Whether GitHub signed a notice: ECDSA over P-256 and SHA-256, by a key that is configured or that GitHub publishes. Its keys are asked
 * for when one is not known, once a minute at most, and once a day.
 */
export class GithubSignature {
  readonly #options: GithubLeaks & { now(): number };
  readonly #configured: ReadonlyMap<string, KeyObject>;
  #asked: Asked | undefined;
  #asking: Promise<Asked> | undefined;

  constructor(options: GithubLeaks & { now(): number }) {
    this.#options = options;
    this.#configured = toKeys(Object.entries(options.keys));
  }

  /** `not-now`: the key could not be asked for. */
  async judge({ body, identifier, signature }: SignedNotice): Promise<'signed' | 'forged' | 'not-now'> {
    if (!identifier || !signature) return 'forged';
    const key = await this.#keyOf(identifier);
    if (key === 'not-now') return key;
    if (key === undefined) return 'forged';
    return verify('sha256', body, key, Buffer.from(signature, 'base64')) ? 'signed' : 'forged';
  }

  async #keyOf(identifier: string): Promise<KeyObject | 'not-now' | undefined> {
    const configured = this.#configured.get(identifier);
    if (configured || this.#configured.size > 0) return configured;
    const age = this.#options.now() - (this.#asked?.at ?? Number.NEGATIVE_INFINITY);
    const known = this.#asked?.keys.get(identifier);
    if (known && age < oldMs) return known;
    if (age < againMs) return undefined;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    try {
      this.#asked = await this.#asking;
    } catch {
      // Told to whoever sends it: it is sent again.
      return 'not-now';
    }
    return this.#asked.keys.get(identifier);
  }

  async #ask(): Promise<Asked> {
    const { status, text } = await guardedFetch(this.#options.keysUrl, { isOperators: true, deadlineMs });
    if (status !== 200) throw new Error('the keys were not told');
    return { at: this.#options.now(), keys: toKeys(readPublished(text)) };
  }
}

function readPublished(text: string): readonly (readonly [string, string])[] {
  // A parser: what is not as it must be is left out.
  const read = JSON.parse(text) as { readonly public_keys?: readonly { key_identifier?: unknown; key?: unknown }[] };
  const listed = Array.isArray(read.public_keys) ? read.public_keys.slice(0, keysMax) : [];
  return listed.flatMap(({ key_identifier: identifier, key }) =>
    typeof identifier === 'string' && typeof key === 'string' ? [[identifier, key] as const] : [],
  );
}

/** Of other kinds, or on other curves, none is taken. */
function toKeys(written: Iterable<readonly [identifier: string, pem: string]>): ReadonlyMap<string, KeyObject> {
  const keys = new Map<string, KeyObject>();
  for (const [identifier, pem] of written) {
    const key = readKey(pem);
    if (key?.asymmetricKeyDetails?.namedCurve === 'prime256v1') keys.set(identifier, key);
  }
  return keys;
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    // Not a key: then nothing was signed with it.
    return undefined;
  }
}

/** As GitHub wants to hear of a key without hearing it. */
export function hashOfLeaked(secret: string): string {
  return createHash('sha256').update(secret).digest('base64');
}
