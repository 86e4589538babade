import type { CommandOutcome, RunCommand } from '../command-link.ts';
import { writeEachMinute } from '../notices/each-minute.ts';
import type { Letters } from '../people/letters.ts';
import type { Person, PersonBook } from '../people/person-book.ts';
import { toDelete } from '../people/person-to-delete.ts';
import type { PostOffice } from '../people/post-office.ts';
import { type DormancyLetterToWrite, dormancyLetter } from './dormancy-letter.ts';

type DormancyPostOptions = {
  readonly command: RunCommand;
  readonly book: () => Promise<PersonBook>;
  readonly letters: () => Letters;
  readonly post: PostOffice;
  readonly publicUrl: () => Promise<string | undefined>;
};

type Due = DormancyLetterToWrite & { readonly person: string };

/**
 * Writes to persons who do not come any more, twice, and then closes their accounts: the keeper says who, and looks again before it
 * closes one. Where no mail server is configured, or none takes letters, nobody is told, and so nobody is closed.
 */
export class DormancyPost {
  readonly #options: DormancyPostOptions;

  constructor(options: DormancyPostOptions) {
    this.#options = options;
  }

  start(): void {
    writeEachMinute(this.#options.post, () => this.write());
  }

  /** How many letters it took. */
  async write(): Promise<number> {
    const { command, book } = this.#options;
    const outcome = await command('dormancy-mail-take', {});
    if ('refused' in outcome) return 0;
    // The keeper's command gives these.
    const due = outcome.value as readonly Due[];
    if (due.length === 0) return 0;
    const people = await (await book()).byKeys(due.map(({ person }) => person));
    for (const letter of due) {
      const person = people.find(({ key }) => key === letter.person);
      if (!person) await command('dormancy-mail-end', { person: letter.person, state: 'none' });
      else await this.#writeTo(person, letter);
    }
    return due.length;
  }

  async #writeTo(person: Person, letter: Due): Promise<void> {
    const { command, post, publicUrl, letters } = this.#options;
    let purgeFrom: string | undefined;
    if (letter.kind === 'closing') {
      purgeFrom = purgeFromOf(await command('dormancy-close', toDelete(person, letters())));
      if (purgeFrom === undefined) return;
    }
    const base = (await publicUrl())?.replace(/\/$/, '') ?? '';
    const written = dormancyLetter(letter, { to: person.email, base, purgeFrom });
    post.post(written, (isSent, hasReader) => {
      const state = isSent ? 'sent' : hasReader ? 'unsent' : 'failed';
      void command('dormancy-mail-end', { person: person.key, pseudonym: person.id, state });
    });
  }
}

/** Undefined: it is not closed now, since it came back, or something is in the way. */
function purgeFromOf(outcome: CommandOutcome): string | undefined {
  if ('refused' in outcome) return undefined;
  // The keeper's command gives this.
  return (outcome.value as { readonly purge_from?: string } | null)?.purge_from;
}
