import { useQueryClient } from '@tanstack/react-query';
import type { FormEvent } from 'react';
import { askData } from '../api.ts';
import { workspaceChoice } from '../early.ts';
import { text } from '../text/english.ts';
import { Field } from './field.tsx';
import { Page } from './page.tsx';
import { Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

/** For whoever has an account and no workspace yet: keys and wallets belong to one. */
export function FirstWorkspace() {
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const create = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(event.currentTarget));
    return send(async () => {
      const { id } = await askData<{ readonly id: string }>('/api/v1/workspaces', { method: 'POST', body });
      workspaceChoice.set(id);
      await queries.resetQueries();
    });
  };
  return (
    <Page title={text.firstWorkspace.title}>
      <form className="grid max-w-md gap-4" onSubmit={(event) => void create(event)}>
        <p>{text.firstWorkspace.words}</p>
        <Field label={text.firstWorkspace.name} name="name" required maxLength={100} autoComplete="organization" />
        <Refusal error={error} />
        <button type="submit" className="button is-first justify-self-start" disabled={isWorking}>
          {text.firstWorkspace.create}
        </button>
      </form>
    </Page>
  );
}
