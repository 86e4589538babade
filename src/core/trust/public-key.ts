/** A key that signs or signed, as the world may know it. */
export type PublicKey = {
  /** The first 16 hex digits of the SHA-256 of its 32 bytes. */
  readonly id: string;
  /** 32 bytes of Ed25519, base64url: the `x` of a JSON Web Key. */
  readonly publicKey: string;
  readonly since: number;
  /** Retired then: what it signed before stays good. */
  readonly until: number | null;
};

/** Asks whether this key signed this text. */
export type VerifySignature = (publicKey: string, text: string, signature: string) => boolean;

/** `/.well-known/fairlead-keys.json`: a JSON Web Key Set with two members of our own. */
export function toKeySet(keys: readonly PublicKey[]) {
  return {
    keys: keys.map(({ id, publicKey, since, until }) => ({
      ...{ kid: id, kty: 'OKP', crv: 'Ed25519', x: publicKey, use: 'sig', alg: 'EdDSA' },
      since: new Date(since).toISOString(),
      until: until === null ? null : new Date(until).toISOString(),
    })),
  };
}

/** The keys of a key set that somebody saved, by id; undefined where it is none. */
export function readKeySet(value: unknown): ReadonlyMap<string, string> | undefined {
  if (typeof value !== 'object' || value === null || !('keys' in value) || !Array.isArray(value.keys)) return undefined;
  const keys = new Map<string, string>();
  for (const key of value.keys as readonly unknown[]) {
    if (typeof key !== 'object' || key === null || !('kid' in key) || !('x' in key)) return undefined;
    if (typeof key.kid !== 'string' || typeof key.x !== 'string') return undefined;
    keys.set(key.kid, key.x);
  }
  return keys;
}
