import type { RunCommand } from '../command-link.ts';
import { writeEachMinute } from '../notices/each-minute.ts';
import type { Letters } from '../people/letters.ts';
import type { PersonBook } from '../people/person-book.ts';
import type { PostOffice } from '../people/post-office.ts';
import { newsLetter } from './news-letter.ts';

type NewsPostOptions = {
  readonly command: RunCommand;
  readonly book: () => Promise<PersonBook>;
  readonly letters: () => Letters;
  readonly post: PostOffice;
  readonly publicUrl: () => Promise<string | undefined>;
};

type Due = { readonly news: string; readonly person: string; readonly subject: string; readonly text: string };

/**
 * Writes news to whoever agreed to get them, some each minute: the keeper asks again, as it hands each letter out, whether that
 * holds. Without an address of this Fairlead there would be no link that ends them, and then none goes out.
 */
export class NewsPost {
  readonly #options: NewsPostOptions;

  constructor(options: NewsPostOptions) {
    this.#options = options;
  }

  start(): void {
    writeEachMinute(this.#options.post, () => this.write());
  }

  /** How many letters it wrote. */
  async write(): Promise<number> {
    const { command, book, letters, post, publicUrl } = this.#options;
    const base = (await publicUrl())?.replace(/\/$/, '') ?? '';
    if (base === '') return 0;
    const outcome = await command('news-mail-take', {});
    if ('refused' in outcome) return 0;
    // The keeper's command gives these.
    const due = outcome.value as readonly Due[];
    if (due.length === 0) return 0;
    const people = await (await book()).byKeys([...new Set(due.map(({ person }) => person))]);
    for (const { news, person, subject, text } of due) {
      const to = people.find(({ key }) => key === person)?.email;
      const end = (state: 'sent' | 'failed' | 'none') => void command('news-mail-end', { news, person, state });
      if (to === undefined) end('none');
      else {
        const token = letters().stopToken(person);
        post.post(newsLetter({ subject, text }, { to, base, token }), (isSent) => end(isSent ? 'sent' : 'failed'));
      }
    }
    return due.length;
  }
}
