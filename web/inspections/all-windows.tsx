import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import { Choice, Field } from '../parts/field.tsx';
import { Heading } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import type { OperatedWorkspace } from '../shapes.ts';
import { text } from '../text/english.ts';
import { SealedRequests } from './sealed-requests.tsx';
import type { InspectionList, InspectionWindow } from './window-shapes.ts';
import { WindowTable } from './window-table.tsx';

const address = '/api/v1/operator/inspections';

/** For the operator's people: windows of all workspaces, and a new one. */
export function AllWindows() {
  const words = text.inspections;
  const queries = useQueryClient();
  const windows = useQuery({
    queryKey: ['inspections', 'all'],
    queryFn: () => askData<InspectionList>(address),
    refetchInterval: 5_000,
  });
  const workspaces = useQuery({
    queryKey: ['operator', 'workspaces'],
    queryFn: () => askData<readonly OperatedWorkspace[]>('/api/v1/operator/workspaces'),
  });
  const names = new Map((workspaces.data ?? []).map(({ id, name }) => [id, name]));
  const [isAsking, setAsking] = useState(false);
  const [confirmed, setConfirmed] = useState<InspectionWindow>();
  const [shown, setShown] = useState<InspectionWindow>();
  const again = () => queries.invalidateQueries({ queryKey: ['inspections'] });
  const close = () => {
    setAsking(false);
    setConfirmed(undefined);
    setShown(undefined);
    void again();
  };
  return (
    <section>
      <Heading>{words.all}</Heading>
      <Answer of={windows}>
        {({ allowed, windows: all }) => (
          <>
            {allowed ? null : <p className="mb-3 text-quiet">{words.off}</p>}
            {all.length === 0 ? null : (
              <WindowTable
                label={words.all}
                of={all}
                names={names}
                actions={(window) => (
                  <Buttons
                    of={window}
                    onConfirm={() => setConfirmed(window)}
                    onShow={() => setShown(window)}
                    onClosed={() => void again()}
                  />
                )}
              />
            )}
            <button type="button" className="button mt-3" disabled={!allowed} onClick={() => setAsking(true)}>
              {words.ask}
            </button>
          </>
        )}
      </Answer>
      {isAsking ? <AskFor names={names} onClose={close} /> : null}
      {confirmed ? (
        <Popup title={words.confirmTitle(names.get(confirmed.workspace) ?? '')} isOpen onClose={close}>
          <Proved
            button={words.confirm}
            onClose={close}
            work={() => ask(`${address}/${confirmed.id}/confirm`, { method: 'POST', body: {} })}
          >
            <p>{words.confirmText}</p>
          </Proved>
        </Popup>
      ) : null}
      {shown ? <SealedRequests of={shown} onClose={close} /> : null}
    </section>
  );
}

type ButtonsProps = {
  readonly of: InspectionWindow;
  readonly onConfirm: () => void;
  readonly onShow: () => void;
  readonly onClosed: () => void;
};

function Buttons({ of: { id, state }, onConfirm, onShow, onClosed }: ButtonsProps) {
  const words = text.inspections;
  const close = async () => {
    await ask(`${address}/${id}/close`, { method: 'POST', body: {} });
    onClosed();
  };
  return (
    <>
      {state === 'proposed' ? (
        <button type="button" className="button" onClick={onConfirm}>
          {words.confirm}
        </button>
      ) : null}
      {state === 'open' || state === 'closed' ? (
        <button type="button" className="button" onClick={onShow}>
          {words.show}
        </button>
      ) : null}
      {state === 'open' || state === 'proposed' || state === 'asked' ? (
        <button type="button" className="button" onClick={() => void close()}>
          {words.close}
        </button>
      ) : null}
    </>
  );
}

function AskFor({ names, onClose }: { readonly names: ReadonlyMap<string, string>; readonly onClose: () => void }) {
  const words = text.inspections;
  const [first = ''] = names.keys();
  const [workspace, setWorkspace] = useState(first);
  const [reason, setReason] = useState('debug');
  const [ticket, setTicket] = useState('');
  const [minutes, setMinutes] = useState('60');
  const [requests, setRequests] = useState('20');
  const body = { workspace, reason, ticket, minutes: Number(minutes), requests: Number(requests) };
  return (
    <Popup title={words.ask} isOpen onClose={onClose}>
      <Proved button={words.ask} onClose={onClose} work={() => ask(address, { method: 'POST', body })}>
        <p className="text-quiet">{words.askHint}</p>
        <Choice
          label={words.workspace}
          choices={Object.fromEntries(names)}
          value={workspace}
          onChange={({ target }) => setWorkspace(target.value)}
        />
        <Choice
          label={words.reason}
          choices={words.reasons}
          value={reason}
          onChange={({ target }) => setReason(target.value)}
        />
        <Field label={words.ticket} required value={ticket} onChange={({ target }) => setTicket(target.value)} />
        <Field
          label={words.minutes}
          inputMode="numeric"
          required
          value={minutes}
          onChange={({ target }) => setMinutes(target.value)}
        />
        <Field
          label={words.requestsMax}
          inputMode="numeric"
          required
          value={requests}
          onChange={({ target }) => setRequests(target.value)}
        />
      </Proved>
    </Popup>
  );
}
