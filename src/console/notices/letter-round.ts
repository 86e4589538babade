import type { RunCommand } from '../command-link.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { Letter, PostOffice } from '../people/post-office.ts';
import { type AlertToWrite, alertLetter } from './alert-text.ts';
import { writeEachMinute } from './each-minute.ts';
import { type NoticeToWrite, noticeLetter } from './notice-letter.ts';

export type LetterRoundOptions = {
  readonly command: RunCommand;
  readonly book: () => Promise<PersonBook>;
  readonly post: PostOffice;
  readonly publicUrl: () => Promise<string | undefined>;
};

type Place = { readonly to: string; readonly base: string };

/** A kind of letters: the keeper's commands that give them and hear of them, by what each is known, how it reads. */
type Kind = {
  readonly take: string;
  readonly end: string;
  known(letter: Taken): object;
  write(letter: Taken, place: Place): Letter;
};

// The keeper's commands give these.
type Taken = { readonly person: string } & (NoticeToWrite & AlertToWrite & { readonly id: string });

const kinds: readonly Kind[] = [
  {
    take: 'notice-mail-take',
    end: 'notice-mail-end',
    known: ({ id, person }) => ({ notice: id, person }),
    write: noticeLetter,
  },
  {
    take: 'alert-letter-take',
    end: 'alert-letter-end',
    known: ({ about, person }) => ({ about, person }),
    write: alertLetter,
  },
];

/**
 * Writes to people what they are told before it holds, and what went wrong, some each minute. The keeper gives each letter to one
 * console; where no mail server is configured none is taken, so that they go out when there is one.
 */
export class LetterRound {
  readonly #options: LetterRoundOptions;

  constructor(options: LetterRoundOptions) {
    this.#options = options;
  }

  start(): void {
    writeEachMinute(this.#options.post, () => this.write());
  }

  /** How many letters it wrote. */
  async write(): Promise<number> {
    let written = 0;
    for (const kind of kinds) written += await this.#writeAll(kind);
    return written;
  }

  async #writeAll({ take, end, known, write }: Kind): Promise<number> {
    const { command, book, publicUrl, post } = this.#options;
    const outcome = await command(take, {});
    if ('refused' in outcome) return 0;
    const letters = outcome.value as readonly Taken[];
    if (letters.length === 0) return 0;
    const people = await (await book()).byKeys([...new Set(letters.map(({ person }) => person))]);
    const base = (await publicUrl())?.replace(/\/$/, '') ?? '';
    for (const letter of letters) {
      const to = people.find(({ key }) => key === letter.person)?.email;
      const say = (state: 'sent' | 'failed' | 'none') => void command(end, { ...known(letter), state });
      if (to === undefined) say('none');
      else
        post.post(write(letter, { to, base }), (isSent, hasReader) => {
          // A mail server that is away or refuses us says nothing of the reader: what is not ended is taken again.
          if (isSent || !hasReader) say(isSent ? 'sent' : 'failed');
        });
    }
    return letters.length;
  }
}
