import { canonicalJson } from './canonical-json.ts';

/** The state of a tree that somebody signed. Hashes are hex, instants epoch milliseconds. */
export type SignedHead = {
  readonly size: number;
  readonly root: string;
  readonly at: number;
  /** The id of the key that signed it. */
  readonly key: string;
  /** Ed25519, base64url. */
  readonly signature: string;
};

export type Head = Pick<SignedHead, 'size' | 'root' | 'at' | 'key'>;

/** The bytes that a signature of a log's head covers. Each kind of head is a domain of its own. */
export function logHeadText({ size, root, at, key }: Head): string {
  return canonicalJson({ kind: 'fairlead-log-head', at, key, root, size });
}

/** The same for a batch of receipts. */
export function batchHeadText(batch: string, { size, root, at, key }: Head): string {
  return canonicalJson({ kind: 'fairlead-receipt-batch', at, batch, key, root, size });
}

/** What the key before says of the key after it: so a reader who trusts the first can trust each. */
export function successionText({ key, publicKey }: { readonly key: string; readonly publicKey: string }): string {
  return canonicalJson({ kind: 'fairlead-key-succession', key, public: publicKey });
}
