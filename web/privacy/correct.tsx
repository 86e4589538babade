import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask } from '../api.ts';
import { Field } from '../parts/field.tsx';
import { OwnAddress } from '../parts/own-address.tsx';
import { Heading } from '../parts/page.tsx';
import { Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { text } from '../text/english.ts';

type CorrectProps = { readonly person: { readonly name: string } };

/** The name at once; the address where its owner proves it. */
export function Correct({ person }: CorrectProps) {
  const words = text.privacy.correct;
  const queries = useQueryClient();
  const [isDone, setDone] = useState(false);
  const { error, isWorking, send } = useSend();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get('name');
    setDone(false);
    await send(async () => {
      await ask('/api/v1/privacy/corrections', { method: 'POST', body: { name } });
      await Promise.all(['me', 'own-requests'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
      setDone(true);
    });
  };
  return (
    <section>
      <Heading>{words.title}</Heading>
      <form className="flex max-w-xl flex-wrap items-end gap-3" onSubmit={(event) => void submit(event)}>
        <div className="min-w-64 flex-1">
          <Field
            label={words.name}
            name="name"
            defaultValue={person.name}
            required
            maxLength={100}
            autoComplete="name"
          />
        </div>
        <button type="submit" className="button" disabled={isWorking}>
          {words.save}
        </button>
      </form>
      <p aria-live="polite" className="mt-1">
        {isDone ? <span className="state is-fine">{words.done}</span> : null}
      </p>
      <Refusal error={error} />
      <OwnAddress />
    </section>
  );
}
