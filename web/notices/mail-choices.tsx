import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ask, askData } from '../api.ts';

import { Heading } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { text } from '../text/english.ts';
import type { MailChoices as Choices } from './notice-shapes.ts';

const words = text.notifications.mail;

/** Which letters the person gets: those of the service always, news only in the words that it agreed to. */
export function MailChoices() {
  const choices = useQuery({ queryKey: ['mail'], queryFn: () => askData<Choices>('/api/v1/mail') });
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const choose = (body: { readonly news: boolean; readonly wording?: number }) =>
    send(async () => {
      await ask('/api/v1/mail', { method: 'PUT', body });
      await queries.invalidateQueries({ queryKey: ['mail'] });
    });
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="max-w-2xl">{words.service}</p>
      <Refusal error={error} />
      <Answer of={choices}>
        {({ news }) => (
          <div className="mt-3 max-w-2xl border-t border-line pt-3">
            <p>{news.consents ? words.agreed((news.since ?? '').slice(0, 10)) : words.none}</p>
            <blockquote className="my-2 border-l-2 border-line pl-3 text-quiet">{news.wording.text}</blockquote>
            <button
              type="button"
              className="button"
              disabled={isWorking}
              onClick={() =>
                void choose(news.consents ? { news: false } : { news: true, wording: news.wording.version })
              }
            >
              {news.consents ? words.withdraw : words.agree}
            </button>
            <History of={news.history} />
          </div>
        )}
      </Answer>
    </section>
  );
}

function History({ of: history }: { readonly of: Choices['news']['history'] }) {
  if (history.length === 0) return null;
  return (
    <ul className="mt-3 text-sm text-quiet">
      {history.map(({ version, given_at, withdrawn_at, withdrawn_by }) => (
        <li key={given_at}>
          {words.gave(version, given_at.slice(0, 10))}
          {withdrawn_at === null ? '' : `, ${words.took(withdrawn_at.slice(0, 10), withdrawn_by === 'link')}`}
        </li>
      ))}
    </ul>
  );
}
