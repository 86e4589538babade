import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { ask } from '../api.ts';
import { DoOrCancel } from '../parts/do-or-cancel.tsx';
import { Choice } from '../parts/field.tsx';
import { Heading, Moment, Scroll } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { text } from '../text/english.ts';

export type OwnRequest = {
  readonly id: string;
  readonly kind: string;
  readonly state: 'open' | 'late' | 'closed';
  readonly received_at: string;
  readonly due_at: string;
};

/** What the person asked, until when it is answered, and a way to ask a person. */
export function OwnRequests({ of: requests }: { readonly of: readonly OwnRequest[] }) {
  const words = text.privacy.requests;
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const { error, isWorking, send } = useSend();
  const withdraw = (id: string) =>
    send(async () => {
      await ask(`/api/v1/privacy/requests/${id}`, { method: 'DELETE' });
      await queries.invalidateQueries({ queryKey: ['own-requests'] });
    });
  return (
    <section>
      <Heading>{words.title}</Heading>
      <Refusal error={error} />
      {requests.length === 0 ? (
        <p className="text-quiet">{words.none}</p>
      ) : (
        <Scroll label={words.title}>
          <table className="table max-w-3xl">
            <thead>
              <tr>
                {[words.kind, words.received, words.due, words.state].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col">
                  <span className="sr-only">{words.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {requests.map(({ id, kind, state, received_at: received, due_at: due }) => (
                <tr key={id}>
                  <th scope="row" className="font-normal">
                    {words.kinds[kind] ?? kind}
                  </th>
                  <td>
                    <Moment at={received} />
                  </td>
                  <td className="tabular-nums">{due.slice(0, 10)}</td>
                  <td>
                    <span className={`state ${state === 'late' ? 'is-stop' : state === 'closed' ? 'is-fine' : ''}`}>
                      {words.states[state] ?? state}
                    </span>
                  </td>
                  <td>
                    {state === 'closed' ? null : (
                      <button
                        type="button"
                        className="button"
                        disabled={isWorking}
                        aria-label={`${words.withdraw}: ${words.kinds[kind] ?? kind}`}
                        onClick={() => void withdraw(id)}
                      >
                        {words.withdraw}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <button type="button" className="button mt-3" onClick={() => setOpen(true)}>
        {words.ask}
      </button>
      <Popup title={words.askTitle} isOpen={isOpen} onClose={() => setOpen(false)}>
        <AskForm onClose={() => setOpen(false)} />
      </Popup>
    </section>
  );
}

function AskForm({ onClose }: { readonly onClose: () => void }) {
  const words = text.privacy.requests;
  const id = useId();
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    await send(async () => {
      const body = { kind: fields.get('kind'), text: fields.get('text') };
      await ask('/api/v1/privacy/requests', { method: 'POST', body });
      await queries.invalidateQueries({ queryKey: ['own-requests'] });
      onClose();
    });
  };
  const { question, correct, object, access } = words.kinds;
  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
      <Choice
        label={words.about}
        name="kind"
        choices={{ question: question ?? '', correct: correct ?? '', object: object ?? '', access: access ?? '' }}
      />
      <div className="field">
        <label htmlFor={id}>{words.text}</label>
        <textarea id={id} name="text" className="input min-h-28" required maxLength={2_000} />
      </div>
      <Refusal error={error} />
      <DoOrCancel {...{ button: words.send, isWorking, onClose }} />
    </form>
  );
}
