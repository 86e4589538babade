import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask, askData } from '../api.ts';
import { useCan } from '../can.ts';
import type { ProviderKey } from '../shapes.ts';
import { text } from '../text/english.ts';
import { DoOrCancel } from './do-or-cancel.tsx';
import { Choice, Field } from './field.tsx';
import { Heading } from './page.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';
import { Answer, Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

const words = text.routing.ownKeys;
const address = '/api/v1/byok';
type Open = { readonly what: 'add' } | { readonly what: 'remove'; readonly key: ProviderKey } | undefined;

/** Keys of the workspace at providers: added, switched off and removed here. */
export function ProviderKeys() {
  const queries = useQueryClient();
  const mayChange = useCan('own-keys.change');
  const maySee = useCan('own-keys.read');
  const [open, setOpen] = useState<Open>();
  const { error, isWorking, send } = useSend();
  const keys = useQuery({
    queryKey: ['provider-keys'],
    enabled: maySee,
    queryFn: () => askData<readonly ProviderKey[]>(address),
  });
  const refresh = () => void queries.invalidateQueries({ queryKey: ['provider-keys'] });
  const close = () => {
    setOpen(undefined);
    refresh();
  };
  const toggle = ({ id, disabled }: ProviderKey) =>
    send(async () => {
      await ask(`${address}/${id}`, { method: 'PATCH', body: { disabled: !disabled } });
      refresh();
    });
  if (!maySee) return null;
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="max-w-2xl">{words.words}</p>
      <Refusal error={error} />
      <Answer of={keys}>
        {(all) =>
          all.length === 0 ? (
            <p className="mt-1 text-quiet">{words.none}</p>
          ) : (
            <ul className="mt-3 grid max-w-3xl gap-2">
              {all.map((key) => (
                <li key={key.id} className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line pb-2">
                  <span className="min-w-0 font-semibold break-words">{key.name}</span>
                  <span>{key.upstream}</span>
                  <span className="text-quiet">
                    {words.ending} <span className="id">{key.label}</span>
                  </span>
                  <span className="text-quiet">{words.uses[key.use]}</span>
                  <span className={key.disabled ? 'state is-warn' : 'state is-fine'}>
                    {key.disabled ? words.disabled : words.works}
                  </span>
                  <span className="flex gap-2">
                    <button
                      type="button"
                      className="button"
                      disabled={!mayChange || isWorking}
                      aria-label={`${key.disabled ? words.enable : words.disable}: ${key.name}`}
                      onClick={() => void toggle(key)}
                    >
                      {key.disabled ? words.enable : words.disable}
                    </button>
                    <button
                      type="button"
                      className="button"
                      disabled={!mayChange}
                      aria-label={`${words.remove}: ${key.name}`}
                      onClick={() => setOpen({ what: 'remove', key })}
                    >
                      {words.remove}
                    </button>
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <button
        type="button"
        className="button mt-3"
        disabled={!mayChange}
        title={mayChange ? undefined : words.mayNot}
        onClick={() => setOpen({ what: 'add' })}
      >
        {words.add}
      </button>
      <Popup title={words.add} isOpen={open?.what === 'add'} onClose={close}>
        <Add onClose={close} />
      </Popup>
      <Popup
        title={words.removeTitle(open?.what === 'remove' ? open.key.name : '')}
        isOpen={open?.what === 'remove'}
        onClose={close}
      >
        <Proved
          button={words.removeDo}
          isDangerous
          work={async () => {
            if (open?.what === 'remove') await ask(`${address}/${open.key.id}`, { method: 'DELETE' });
          }}
          onClose={close}
        >
          <p>{words.removeText}</p>
        </Proved>
      </Popup>
    </section>
  );
}

function Add({ onClose }: { readonly onClose: () => void }) {
  const { error, isWorking, send } = useSend();
  const add = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { provider, name, key, use } = Object.fromEntries(new FormData(event.currentTarget));
    const body = { provider, key, use, ...(name === '' ? {} : { name }) };
    return send(async () => {
      await ask(address, { method: 'POST', body });
      onClose();
    });
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void add(event)}>
      <Field label={words.provider} name="provider" required maxLength={100} hint={words.providerHint} />
      <Field label={words.name} name="name" maxLength={100} autoComplete="off" />
      <Field label={words.secret} name="key" type="password" required maxLength={4_000} autoComplete="off" />
      <Choice label={words.use} name="use" choices={words.uses} />
      <Refusal error={error} />
      <DoOrCancel button={words.add} isWorking={isWorking} onClose={onClose} />
    </form>
  );
}
