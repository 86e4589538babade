import { randomBytes } from 'node:crypto';
import { openPeople } from '#store/people/people-store.ts';
import { PasswordHashes } from './password-hash.ts';
import { PersonBook } from './person-book.ts';
import { PersonVault } from './person-vault.ts';

type ResetPlace = {
  readonly dataDir: string;
  readonly databaseUrl: string | undefined;
  readonly pepper: Uint8Array;
  now(): number;
};

/**
 * For who cannot sign in any more, by the operator's hand: all sessions end, the second factor goes, and a link lets choose a new
 * password, once, within an hour. Undefined: nobody has an account with this address.
 */
export async function resetMember(
  { dataDir, databaseUrl, pepper, now }: ResetPlace,
  email: string,
): Promise<{ readonly id: string; readonly token: string; readonly sessions: number } | undefined> {
  const { signInLibrary } = await import('./sign-in-library.ts');
  const store = await openPeople({ dataDir, databaseUrl });
  try {
    const vault = new PersonVault(pepper);
    const book = new PersonBook(store, vault);
    const person = await book.byEmail(email);
    if (!person) return undefined;
    let token = '';
    const write = async (_: string, __: string, secret: string) => {
      token = secret;
    };
    const newActor = () => `per_${randomBytes(12).toString('hex')}`;
    const library = signInLibrary({
      store,
      vault,
      hashes: new PasswordHashes(),
      write,
      now,
      newActor,
      isSecure: true,
      tells: true,
    });
    const sessions = await book.endSessions(person.key, { allBut: '' });
    await book.dropSecondFactor(person.key, now());
    await library.api.requestPasswordReset({ body: { email: person.email } });
    return { id: person.id, token, sessions };
  } finally {
    await store.close();
  }
}
