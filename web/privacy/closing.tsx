import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import { useCan } from '../can.ts';
import { Heading } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Answer } from '../parts/query-state.tsx';
import { useHere, useMe } from '../session.ts';
import { closingText } from '../text/closing.ts';
import { ConfirmDeletion } from './confirm-deletion.tsx';
import type { DeletionPlace, OpenDeletion } from './deletion-shapes.ts';
import { OpenDeletionView } from './open-deletion.tsx';

const ownPath = '/api/v1/privacy/deletion';
const workspacePath = '/api/v1/workspace/deletion';

/** Closing the own account and, for owners, deleting the workspace that is shown: the last things on the page. */
export function Closing() {
  const me = useMe();
  const here = useHere();
  const mayDelete = useCan('workspace.delete');
  const place: DeletionPlace = { path: ownPath, of: me?.person.id ?? '' };
  const own = useQuery({ ...deletionQuery(place), enabled: me !== undefined });
  if (!me) return null;
  return (
    <>
      {/* Whoever closes its account may do nothing in a workspace. */}
      {here && mayDelete && own.data === null ? <DeleteWorkspace key={here.id} {...here} /> : null}
      <section>
        <Heading>{closingText.account.title}</Heading>
        <Answer of={own}>
          {(open) => (
            <AskOrOpen place={place} open={open} words={closingText.account}>
              {me.operator_roles.includes('operator') ? [closingText.account.lastOperator] : []}
            </AskOrOpen>
          )}
        </Answer>
      </section>
    </>
  );
}

function DeleteWorkspace({ id, name }: { readonly id: string; readonly name: string }) {
  const place: DeletionPlace = { path: workspacePath, of: id };
  const open = useQuery(deletionQuery(place));
  const words = closingText.workspace;
  const named = {
    ...{ words: words.words(name), button: words.button(name), ask: words.ask(name), goes: words.goes },
    ...{ state: words.state(name), meanwhile: words.meanwhile, cancel: words.cancel(name) },
  };
  return (
    <section>
      <Heading>{words.title}</Heading>
      <Answer of={open}>
        {(found) => (
          <AskOrOpen place={place} open={found} words={named}>
            {[]}
          </AskOrOpen>
        )}
      </Answer>
    </section>
  );
}

function deletionQuery({ path, of }: DeletionPlace) {
  return { queryKey: ['deletion', path, of], queryFn: () => askData<OpenDeletion | null>(path) };
}

export type ClosingWords = Readonly<
  Record<'words' | 'button' | 'ask' | 'goes' | 'state' | 'meanwhile' | 'cancel', string>
>;

type AskOrOpenProps = {
  readonly place: DeletionPlace;
  readonly open: OpenDeletion | null;
  readonly words: ClosingWords;
  /** What may stand in the way beside what the preview knows. */
  readonly children: readonly string[];
};

function AskOrOpen({ place, open, words, children }: AskOrOpenProps) {
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const close = () => setAsked(false);
  // What may be seen and done is another thing on every page from then on.
  const renew = () => queries.invalidateQueries();
  const start = async (workspaces: readonly string[]) => {
    await ask(place.path, { method: 'POST', ...(place.path === ownPath ? { body: { workspaces } } : {}) });
    await renew();
  };
  const cancel = async () => {
    await ask(place.path, { method: 'DELETE' });
    await renew();
  };
  if (open) return <OpenDeletionView of={open} words={words} onCancel={cancel} />;
  return (
    <>
      <p className="max-w-2xl text-quiet">{words.words}</p>
      <button type="button" className="button is-stop mt-3" onClick={() => setAsked(true)}>
        {words.button}
      </button>
      <Popup title={words.ask} isOpen={isAsked} onClose={close}>
        <ConfirmDeletion place={place} words={words} more={children} start={start} onClose={close} />
      </Popup>
    </>
  );
}
