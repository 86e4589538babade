import type { Sabotage } from '../sabotage.ts';

/** Of letters that nobody must get who did not ask for them. */
export const newsSabotages: readonly Sabotage[] = [
  {
    name: 'news-need-consent',
    file: 'src/store/sql/news-rows.ts',
    find: 'and given.withdrawn_at is null)',
    replace: ')',
    breaks: ['tests/store/news.test.ts'],
  },
  {
    name: 'consent-is-of-its-words',
    file: 'src/keeper/commands/news.ts',
    find: 'if (shown !== version) throw',
    replace: 'if (shown === -1) throw',
    breaks: ['tests/journeys/news.test.ts'],
  },
  {
    name: 'one-click-ends-news',
    file: 'src/outgoing/mail/smtp-sender.ts',
    find: "'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click'",
    replace: '',
    breaks: ['tests/journeys/news.test.ts'],
  },
  {
    name: 'the-restricted-get-no-news',
    file: 'src/store/sql/news-rows.ts',
    find: "and not exists (select 1 from restriction where kind = 'person' and subject = :person_of and activity = 'all')",
    replace: '',
    breaks: ['tests/store/news.test.ts'],
  },
];
