import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask } from '../api.ts';
import { text } from '../text/english.ts';
import { Field } from './field.tsx';
import { Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

type RenameProps = {
  readonly label: string;
  readonly button: string;
  readonly now: string;
  readonly path: string;
  /** Why it may not be changed here. */
  readonly mayNot?: string | undefined;
};

/** What somebody or something is called, and a button that changes it. */
export function Rename({ label, button, now, path, mayNot }: RenameProps) {
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const [isSaved, setSaved] = useState(false);
  const rename = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get('name')).trim();
    return send(async () => {
      await ask(path, { method: 'PATCH', body: { name } });
      setSaved(true);
      await queries.invalidateQueries({ queryKey: ['me'] });
    });
  };
  return (
    <form className="flex max-w-md flex-wrap items-end gap-2" onSubmit={(event) => void rename(event)}>
      <div className="min-w-56 flex-1">
        <Field
          label={label}
          name="name"
          required
          maxLength={100}
          defaultValue={now}
          disabled={mayNot !== undefined}
          hint={mayNot}
        />
      </div>
      <button type="submit" className="button" disabled={isWorking || mayNot !== undefined}>
        {button}
      </button>
      <p role="status" className={isSaved ? 'state is-fine' : 'sr-only'}>
        {isSaved ? text.settings.renamed : ''}
      </p>
      <Refusal error={error} />
    </form>
  );
}
