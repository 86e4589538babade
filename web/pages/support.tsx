import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { askData } from '../api.ts';
import { count } from '../format.ts';
import { outside } from '../links.ts';
import { Field } from '../parts/field.tsx';
import { Figures, Heading, Moment, Page } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import type { SupportMessage } from '../shapes.ts';
import { text } from '../text/english.ts';

/** What the person wrote to the operator, and the way to write more. */
export function Support() {
  const messages = useQuery({
    queryKey: ['support'],
    queryFn: () => askData<readonly SupportMessage[]>('/api/v1/support'),
  });
  return (
    <Page title={text.support.title}>
      <Answer of={messages}>
        {(all) => (
          <>
            <Figures
              of={[
                [text.support.open, count(all.length)],
                [text.support.last, all[0] ? <Moment key="last" at={all[0].sent_at} /> : text.none],
              ]}
            />
            <Write />
            <Heading>{text.support.yours}</Heading>
            {all.length === 0 ? (
              <p className="text-quiet">
                {text.support.none} <a href={outside.docs}>{text.support.docs}</a>
              </p>
            ) : (
              <ul className="grid max-w-3xl gap-4">
                {all.map(({ number, subject, message, sent_at: at }) => (
                  <li key={number} className="border-b border-line pb-3">
                    <p className="flex flex-wrap items-baseline gap-x-4">
                      <span className="min-w-0 font-semibold break-words">{subject}</span>
                      <span className="id text-xs text-quiet">{number}</span>
                      <Moment at={at} />
                    </p>
                    <p className="mt-1 break-words whitespace-pre-wrap">{message}</p>
                  </li>
                ))}
              </ul>
            )}
          </>
        )}
      </Answer>
    </Page>
  );
}

function Write() {
  const id = useId();
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const [number, setNumber] = useState<string>();
  const write = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const body = Object.fromEntries(new FormData(form));
    return send(async () => {
      const made = await askData<{ readonly number: string }>('/api/v1/support', { method: 'POST', body });
      form.reset();
      setNumber(made.number);
      await queries.invalidateQueries({ queryKey: ['support'] });
    });
  };
  return (
    <form className="grid max-w-2xl gap-4" onSubmit={(event) => void write(event)}>
      <p>{text.support.words}</p>
      <Field label={text.support.subject} name="subject" required maxLength={200} autoComplete="off" />
      <div className="field">
        <label htmlFor={id}>{text.support.message}</label>
        <textarea id={id} name="message" className="input" rows={6} required maxLength={10_000} />
      </div>
      <Refusal error={error} />
      <p role="status" className={number === undefined ? 'sr-only' : 'state is-fine whitespace-normal!'}>
        {number === undefined ? '' : text.support.sent(number)}
      </p>
      <button type="submit" className="button is-first justify-self-start" disabled={isWorking}>
        {text.support.send}
      </button>
    </form>
  );
}
