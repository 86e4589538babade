import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import type { NewLogEntry } from '#core/trust/log-entry.ts';
import { leafHash, rootOf } from '#core/trust/merkle-tree.ts';
import { type EndpointFacts, factsFor, receiptText } from '#core/trust/receipt.ts';
import { batchHeadText, logHeadText, type SignedHead, successionText } from '#core/trust/signed-head.ts';
import { newId, timeDigits } from '#store/new-id.ts';
import { sha256 } from '#store/sha256.ts';
import type { GenerationRow } from '#store/store.ts';
import type { ReceiptBatch, TrustStore } from '#store/trust-store.ts';
import { readOrMakeSecret, readSecret, secretPath, writeSecret } from '../secrets/secret-file.ts';
import { LogLeaves } from './log-leaves.ts';
import { type TrustKey, trustKeyOf } from './trust-key.ts';

const keyName = 'trust-key';
/** Made, and not yet in the log: after a crash the log decides which of the two is the key. */
const nextName = 'trust-key.next';

export type TrustPlace = {
  readonly dataDir: string;
  /** 32 bytes in hex, from the environment: then there need not be a file. */
  readonly trustKey?: string | undefined;
};

/** What a receipt says beyond its generation. */
export type TrustFacts = {
  /** The version of the policy in force. */
  policy(at: number): string | null;
  endpoint(id: string): EndpointFacts | undefined;
};

/** Signs: receipts as they are posted, and the log of promises. */
export class TrustDesk {
  readonly #store: TrustStore;
  readonly #place: TrustPlace;
  readonly #facts: TrustFacts;
  readonly leaves: LogLeaves;
  #key: TrustKey;

  private constructor(store: TrustStore, place: TrustPlace, facts: TrustFacts) {
    this.#store = store;
    this.#place = place;
    this.#facts = facts;
    this.leaves = new LogLeaves(store);
    this.#key = trustKeyOf(seedOf(place));
  }

  /** Reads the key or makes it, and enters it where the log does not know it. */
  static async open(store: TrustStore, place: TrustPlace, facts: TrustFacts, now: number): Promise<TrustDesk> {
    // The log decides: a key that stands among the keys alone was cut off before it was entered.
    const entered = new Set((await store.entriesOf('key')).map(({ subject }) => subject));
    if (place.trustKey === undefined) endRotation(place.dataDir, entered);
    const desk = new TrustDesk(store, place, facts);
    if (!entered.has(desk.#key.id)) await desk.#enter(desk.#key, undefined, now);
    return desk;
  }

  /** Of the posting keeper's CPU this takes a few microseconds a receipt; of anybody's waiting, nothing. */
  readonly seal = (rows: readonly GenerationRow[], at: number): ReceiptBatch => {
    const facts = factsFor(rows, this.#facts.policy(at), (id) => this.#facts.endpoint(id));
    const leaves = rows.map((row) => leafHash(receiptText(row, facts), sha256));
    const id = newId(`rb_${timeDigits(at)}`);
    const key = this.#key;
    const head = { size: leaves.length, root: toHex(rootOf(leaves, sha256)), at, key: key.id };
    return { id, ...head, signature: key.sign(batchHeadText(id, head)), facts, leaves };
  };

  /** Enters what says something new. */
  enter(entries: readonly NewLogEntry[], now: number): Promise<SignedHead> {
    return this.#store.append(entries, now, (head) => this.#signHead(head, this.#key));
  }

  /**
   * Another key signs from now on. The one before vouches for it, in the log; what that one signed stays good, and its
   * private half is gone.
   */
  async rotate(now: number): Promise<{ readonly id: string; readonly previous: string }> {
    const { dataDir } = this.#place;
    const seed = randomBytes(32);
    writeSecret(secretPath(dataDir, nextName), seed);
    const previous = this.#key;
    const next = trustKeyOf(seed);
    await this.#enter(next, previous, now);
    this.#key = next;
    await this.#store.retireKey(previous.id, now);
    writeSecret(secretPath(dataDir, keyName), seed);
    rmSync(secretPath(dataDir, nextName), { force: true });
    return { id: next.id, previous: previous.id };
  }

  /** It is the environment's to give: nobody can write another one there. */
  get isGiven(): boolean {
    return this.#place.trustKey !== undefined;
  }

  get keyId(): string {
    return this.#key.id;
  }

  /** The key is known to readers before the first head that it signs. */
  async #enter(key: TrustKey, previous: TrustKey | undefined, now: number): Promise<void> {
    const { id, publicKey } = key;
    await this.#store.addKey({ id, publicKey, since: now, until: null });
    const vouched = previous && {
      previous: previous.id,
      signature: previous.sign(successionText({ key: id, publicKey })),
    };
    const entry = { kind: 'key' as const, subject: id, body: { public: publicKey, ...vouched } };
    await this.#store.append([entry], now, (head) => this.#signHead(head, key));
  }

  #signHead(head: Pick<SignedHead, 'size' | 'root' | 'at'>, key: TrustKey): SignedHead {
    const named = { ...head, key: key.id };
    return { ...named, signature: key.sign(logHeadText(named)) };
  }
}

function seedOf({ dataDir, trustKey }: TrustPlace): Uint8Array {
  return trustKey === undefined ? readOrMakeSecret(secretPath(dataDir, keyName)) : Buffer.from(trustKey, 'hex');
}

/** A rotation that was cut off is done where the log knows the new key, and was never begun where it does not. */
function endRotation(dataDir: string, known: ReadonlySet<string>): void {
  const path = secretPath(dataDir, nextName);
  if (!existsSync(path)) return;
  const seed = readSecret(path);
  if (seed && known.has(trustKeyOf(seed).id)) writeSecret(secretPath(dataDir, keyName), seed);
  rmSync(path, { force: true });
}

function toHex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
