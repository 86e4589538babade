import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import { count } from '../format.ts';
import { OutageLetters } from '../notices/outage-letters.tsx';
import { Webhooks } from '../notices/webhooks.tsx';
import { OperateFrame, useCanOperate } from '../parts/operate-frame.tsx';
import { Figures, Heading, Scroll } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import type { OperatedUpstream, OperatedWorkspace } from '../shapes.ts';
import { text } from '../text/english.ts';
import { operateText } from '../text/operate.ts';

const operator = '/api/v1/operator';

/** What concerns everybody: workspaces, and at a glance whether upstreams and books are well. */
export function Operate() {
  const workspaces = useQuery({
    queryKey: ['operator', 'workspaces'],
    queryFn: () => askData<readonly OperatedWorkspace[]>(`${operator}/workspaces`),
  });
  const upstreams = useQuery({
    queryKey: ['operator', 'upstreams'],
    queryFn: () => askData<readonly OperatedUpstream[]>(`${operator}/upstreams`),
    refetchInterval: 10_000,
  });
  const books = useQuery({
    queryKey: ['operator', 'books'],
    queryFn: () => askData<{ readonly ok: boolean; readonly transfers: number }>(`${operator}/ledger/check`),
    enabled: useCanOperate('operate.ledger'),
  });
  const mayHook = useCanOperate('operate.webhooks');
  const out = upstreams.data?.flatMap((each) => each.endpoints_out).length;
  return (
    <OperateFrame title={operateText.title}>
      <Figures
        of={[
          [operateText.workspaces, count(workspaces.data?.length ?? null)],
          [operateText.endpointsOut, count(out ?? null)],
          [
            operateText.books,
            books.data ? (books.data.ok ? operateText.right : operateText.wrong) : text.none,
            books.data ? operateText.transfers(count(books.data.transfers)) : null,
          ],
        ]}
      />
      <Heading>{operateText.workspaces}</Heading>
      <Answer of={workspaces}>{(all) => <WorkspaceTable of={all} />}</Answer>
      {mayHook ? <Webhooks api={`${operator}/webhooks`} whose="operator" mayChange /> : null}
      <OutageLetters />
    </OperateFrame>
  );
}

function WorkspaceTable({ of: workspaces }: { readonly of: readonly OperatedWorkspace[] }) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<OperatedWorkspace>();
  const close = () => {
    setAsked(undefined);
    void queries.invalidateQueries({ queryKey: ['operator', 'workspaces'] });
  };
  return (
    <Scroll label={operateText.workspaces}>
      <table className="table max-w-4xl">
        <thead>
          <tr>
            <th scope="col">{text.team.name}</th>
            <th scope="col" className="number">
              {text.team.members}
            </th>
            <th scope="col">{text.keys.state}</th>
            <th scope="col">{text.keys.actions}</th>
          </tr>
        </thead>
        <tbody>
          {workspaces.map((each) => (
            <tr key={each.id}>
              <th scope="row">
                {each.name}
                <span className="id block text-xs font-normal text-quiet">{each.id}</span>
              </th>
              <td className="number">{count(each.members)}</td>
              <td>
                <span className={`state ${each.frozen ? 'is-stop' : 'is-fine'}`}>
                  {each.frozen ? operateText.frozen : text.keys.works}
                </span>
              </td>
              <td>
                <button
                  type="button"
                  className="button"
                  aria-label={`${each.frozen ? operateText.unfreeze : operateText.freeze}: ${each.name}`}
                  onClick={() => setAsked(each)}
                >
                  {each.frozen ? operateText.unfreeze : operateText.freeze}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {asked ? <Freeze of={asked} onClose={close} /> : null}
    </Scroll>
  );
}

function Freeze({
  of: { id, name, frozen },
  onClose,
}: {
  readonly of: OperatedWorkspace;
  readonly onClose: () => void;
}) {
  const verb = frozen ? 'unfreeze' : 'freeze';
  return (
    <Popup title={frozen ? operateText.unfreezeTitle(name) : operateText.freezeTitle(name)} isOpen onClose={onClose}>
      <Proved
        isDangerous={!frozen}
        button={frozen ? operateText.unfreezeDo : operateText.freezeDo}
        onClose={onClose}
        work={() => ask(`${operator}/workspaces/${id}/${verb}`, { method: 'POST', body: {} })}
      >
        <p>{frozen ? operateText.unfreezeText : operateText.freezeText}</p>
      </Proved>
    </Popup>
  );
}
