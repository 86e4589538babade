import { randomBytes } from 'node:crypto';
import type { PersonVault } from './person-vault.ts';

/** In no token of the other kind: no letter of base64url. */
const mailed = 'mail.';

/** What goes to somebody who is nobody here yet: an address, sealed, and the secret of a link, of which only a hash is kept. */
export class Letters {
  readonly #vault: PersonVault;

  constructor(vault: PersonVault) {
    this.#vault = vault;
  }

  /** One that goes by mail alone says so itself: whoever has it reads mail there. */
  newToken({ isMailed }: { readonly isMailed: boolean }): string {
    return `${isMailed ? mailed : ''}${randomBytes(32).toString('base64url')}`;
  }

  static wasMailed(token: string): boolean {
    return token.startsWith(mailed);
  }

  tokenHash(token: string): string {
    return this.#vault.lookUp('invitation.token', token);
  }

  addressHash(email: string): string {
    return this.#vault.lookUp('invitation.email', email.trim().toLowerCase());
  }

  /** What ends a person's news, for whoever has the letter; it holds as long as the pepper does. */
  stopToken(person: string): string {
    return this.#vault.seal('news.stop', person);
  }

  /** Undefined: nobody here made this. */
  personOfStop(token: string): string | undefined {
    try {
      return this.#vault.open('news.stop', token);
    } catch {
      // What does not open was changed, or made elsewhere: it says nothing, and is told as that.
      return undefined;
    }
  }

  seal(email: string): string {
    return this.#vault.seal('invitation.email', email.trim().toLowerCase());
  }

  open(sealed: string): string {
    return this.#vault.open('invitation.email', sealed);
  }
}
