import { hash, randomBytes } from 'node:crypto';
import type { Session } from '#core/protocol/session-of.ts';
import { type Affinity, learnTurn, type ServedTurn } from '#core/routing/affinity/affinity.ts';

const entriesMax = 50_000;

/** A conversation of one workspace with one model, as this process knows it. */
export type SessionKey = { readonly digest: string; readonly isNamed: boolean };

/**
 * Where conversations were served last, in memory alone. A key is a salted digest, so that nothing here says what was said;
 * the workspace is part of it, so that nobody meets another's.
 */
export class AffinityTable {
  readonly #salt = randomBytes(16).toString('hex');
  readonly #entries = new Map<string, Affinity>();

  keyOf(workspace: string, model: string, session: Session): SessionKey {
    const isNamed = session.kind === 'named';
    const said = isNamed ? hash('sha256', session.name) : digestOf(session.pieces);
    const digest = hash('sha256', `${this.#salt}\0${workspace}\0${model}\0${session.kind}\0${said}`, 'base64');
    return { digest, isNamed };
  }

  find({ digest }: SessionKey, now: number): Affinity | undefined {
    const found = this.#entries.get(digest);
    if (found === undefined || found.until > now) return found;
    this.#entries.delete(digest);
    return undefined;
  }

  /** After a good answer. */
  learn(key: SessionKey, turn: Omit<ServedTurn, 'isNamed'>, now: number): void {
    const { digest, isNamed } = key;
    const learnt = learnTurn(this.find(key, now), { ...turn, isNamed }, now);
    this.#entries.delete(digest);
    if (!learnt) return;
    // A map keeps insertion order, so the first is the one that rested longest.
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= entriesMax && oldest !== undefined) this.#entries.delete(oldest);
    this.#entries.set(digest, learnt);
  }

  get size(): number {
    return this.#entries.size;
  }
}

function digestOf(pieces: readonly Uint8Array[]): string {
  return pieces.map((piece) => hash('sha256', piece)).join(' ');
}
