import type { PeopleStore } from '#store/people/people-store.ts';
import type { PersonVault } from '../people/person-vault.ts';

export type ChallengeKind = 'passkey-add' | 'passkey-use' | 'wallet' | 'sign-in-elsewhere';

export type ChallengesOptions = {
  readonly store: () => Promise<PeopleStore>;
  readonly vault: PersonVault;
  now(): number;
};

const livesMs = 600_000;

/** What somebody is asked to sign or to bring back: known by its keyed hash, good for ten minutes and for one answer. */
export class Challenges {
  readonly #options: ChallengesOptions;

  constructor(options: ChallengesOptions) {
    this.#options = options;
  }

  /** Keeps what belongs to the challenge, sealed. */
  async give(kind: ChallengeKind, secret: string, value: string): Promise<void> {
    const { store, vault, now } = this.#options;
    const identifier = this.#identifier(kind, secret);
    const at = { created_at: now(), changed_at: now(), expires_at: now() + livesMs };
    const row = { id: identifier, identifier_hash: identifier, sealed: vault.seal('proof.value', value), ...at };
    await (await store()).add('proof', row);
  }

  /** Undefined: never given, too old, or answered already. Of two answers at once one gets it. */
  async take(kind: ChallengeKind, secret: string): Promise<string | undefined> {
    const { store, vault, now } = this.#options;
    const row = await (await store()).take('proof', [
      { column: 'id', is: 'eq', value: this.#identifier(kind, secret), join: 'and' },
      { column: 'expires_at', is: 'gt', value: now(), join: 'and' },
    ]);
    return row && vault.open('proof.value', String(row.sealed));
  }

  #identifier(kind: ChallengeKind, secret: string): string {
    return this.#options.vault.lookUp('challenge', `${kind}:${secret}`);
  }
}
