import type { RunCommand } from '../command-link.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { PostOffice } from '../people/post-office.ts';
import { type NoticeToWrite, noticeLetter } from './notice-letter.ts';

export type NoticePostOptions = {
  readonly command: RunCommand;
  readonly book: () => Promise<PersonBook>;
  readonly post: PostOffice;
  readonly publicUrl: () => Promise<string | undefined>;
};

const everyMs = 60_000;

/**
 * Writes to people what they are told before it holds, some each minute. The keeper gives each letter to one console; where
 * no mail server is configured none is taken, so that they go out when there is one.
 */
export class NoticePost {
  readonly #options: NoticePostOptions;

  constructor(options: NoticePostOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#options.post.sends) return;
    const turn = () => void this.write().catch(() => {});
    // The keeper says so when it is away; what was taken is taken again an hour later.
    setInterval(turn, everyMs).unref();
    turn();
  }

  /** How many letters it wrote. */
  async write(): Promise<number> {
    const { command, book, publicUrl } = this.#options;
    const outcome = await command('notice-mail-take', {});
    if ('refused' in outcome) return 0;
    // The keeper's command gives these.
    const letters = outcome.value as readonly (NoticeToWrite & { readonly id: string; readonly person: string })[];
    if (letters.length === 0) return 0;
    const people = await (await book()).byKeys([...new Set(letters.map(({ person }) => person))]);
    const base = (await publicUrl())?.replace(/\/$/, '') ?? '';
    for (const letter of letters) {
      const { id: notice, person } = letter;
      const to = people.find(({ key }) => key === person)?.email;
      const end = (state: 'sent' | 'failed' | 'none') => void command('notice-mail-end', { notice, person, state });
      if (to === undefined) end('none');
      else this.#options.post.post(noticeLetter(letter, { to, base }), (isSent) => end(isSent ? 'sent' : 'failed'));
    }
    return letters.length;
  }
}
