import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import { useMe } from '../session.ts';
import type { PendingAddress } from '../shapes.ts';
import { text } from '../text/english.ts';
import { Field } from './field.tsx';
import { Heading } from './page.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';
import { Answer, Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

const words = text.identity.address;

/** The own e-mail address: whether it is confirmed, and the way to another one. */
export function OwnAddress() {
  const me = useMe();
  const queries = useQueryClient();
  const { error, isWorking, send } = useSend();
  const [isSent, setSent] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const [wanted, setWanted] = useState('');
  const pending = useQuery({
    queryKey: ['own-address'],
    queryFn: () => askData<PendingAddress | null>('/api/v1/me/address'),
  });
  if (!me) return null;
  const { email, verified } = me.person;
  const close = () => {
    setOpen(false);
    for (const changed of ['own-address', 'own-log']) void queries.invalidateQueries({ queryKey: [changed] });
  };
  const confirm = () =>
    send(async () => {
      await ask('/api/auth/send-verification-email', { method: 'POST', body: { email } });
      setSent(true);
    });
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="break-words">
        {email},{' '}
        <span className={verified ? 'state is-fine' : 'state is-warn'}>
          {verified ? words.confirmed : words.unconfirmed}
        </span>
      </p>
      <Answer of={pending}>{(waits) => (waits ? <Waiting of={waits} onDone={close} /> : null)}</Answer>
      <Refusal error={error} />
      <p role="status" className={isSent ? 'mt-2 max-w-2xl text-quiet' : 'sr-only'}>
        {isSent ? words.sent : ''}
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        {verified ? null : (
          <button type="button" className="button is-first" disabled={isWorking} onClick={() => void confirm()}>
            {words.confirm}
          </button>
        )}
        <button type="button" className="button" onClick={() => setOpen(true)}>
          {words.change}
        </button>
      </div>
      <Popup title={words.changeTitle} isOpen={isOpen} onClose={close}>
        <Proved
          button={words.changeDo}
          work={() => ask('/api/v1/me/address', { method: 'POST', body: { email: wanted.trim() } })}
          onClose={close}
        >
          <p>{words.changeText}</p>
          <Field
            label={words.wanted}
            type="email"
            autoComplete="email"
            required
            maxLength={254}
            value={wanted}
            onChange={({ target }) => setWanted(target.value)}
          />
        </Proved>
      </Popup>
    </section>
  );
}

function Waiting({ of: waits, onDone }: { readonly of: PendingAddress; readonly onDone: () => void }) {
  const { error, isWorking, send } = useSend();
  const cancel = () =>
    send(async () => {
      await ask('/api/v1/me/address', { method: 'DELETE' });
      onDone();
    });
  const sides = [
    [words.old, waits.old_confirmed],
    [words.new, waits.new_confirmed],
  ] as const;
  return (
    <div className="mt-3 max-w-2xl border-l-2 border-accent pl-4">
      <p className="break-words">{words.waits(waits.email)}</p>
      <ul>
        {sides.map(([name, isDone]) => (
          <li key={name}>
            {name}: <span className={isDone ? 'state is-fine' : 'text-quiet'}>{isDone ? words.done : words.open}</span>
          </li>
        ))}
      </ul>
      <Refusal error={error} />
      <button type="button" className="button mt-2" disabled={isWorking} onClick={() => void cancel()}>
        {words.cancel}
      </button>
    </div>
  );
}
