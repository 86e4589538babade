import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask, askData } from '../api.ts';
import type { OwnPasskey } from '../shapes.ts';
import { text } from '../text/english.ts';
import { makePasskey } from './ask-passkey.ts';
import { DoOrCancel } from './do-or-cancel.tsx';
import { Field } from './field.tsx';
import { Heading, Moment } from './page.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';
import { Answer, Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

const words = text.identity.passkeys;
type Open = { readonly what: 'add' } | { readonly what: 'rename' | 'remove'; readonly passkey: OwnPasskey } | undefined;

/** The own passkeys: made, named and removed here. */
export function Passkeys() {
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const [name, setName] = useState('');
  const passkeys = useQuery({
    queryKey: ['passkeys'],
    queryFn: () => askData<readonly OwnPasskey[]>('/api/v1/passkeys'),
  });
  const close = () => {
    setOpen(undefined);
    for (const changed of ['passkeys', 'own-log']) void queries.invalidateQueries({ queryKey: [changed] });
  };
  const chosen = open && 'passkey' in open ? open.passkey : undefined;
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="max-w-2xl">{words.words}</p>
      <Answer of={passkeys}>
        {(all) =>
          all.length === 0 ? (
            <p className="mt-1 text-quiet">{words.none}</p>
          ) : (
            <List of={all} onOpen={(what, passkey) => setOpen({ what, passkey })} />
          )
        }
      </Answer>
      <button
        type="button"
        className="button mt-3"
        onClick={() => {
          setName('');
          setOpen({ what: 'add' });
        }}
      >
        {words.add}
      </button>
      <Popup title={words.addTitle} isOpen={open?.what === 'add'} onClose={close}>
        <Proved button={words.add} work={() => makePasskey(name.trim())} onClose={close}>
          <Field
            label={words.name}
            required
            maxLength={100}
            hint={words.nameHint}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
        </Proved>
      </Popup>
      <Popup title={words.renameTitle(chosen?.name ?? '')} isOpen={open?.what === 'rename'} onClose={close}>
        {chosen ? <Rename passkey={chosen} onClose={close} /> : null}
      </Popup>
      <Popup title={words.removeTitle(chosen?.name ?? '')} isOpen={open?.what === 'remove'} onClose={close}>
        <Proved
          button={words.removeDo}
          isDangerous
          work={() => ask(`/api/v1/passkeys/${chosen?.id}`, { method: 'DELETE' })}
          onClose={close}
        >
          <p>{words.removeText}</p>
        </Proved>
      </Popup>
    </section>
  );
}

type ListProps = {
  readonly of: readonly OwnPasskey[];
  readonly onOpen: (what: 'rename' | 'remove', passkey: OwnPasskey) => void;
};

function List({ of: all, onOpen }: ListProps) {
  return (
    <ul className="mt-3 grid max-w-3xl gap-2">
      {all.map((passkey) => (
        <li key={passkey.id} className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line pb-2">
          <span className="min-w-0 font-semibold break-words">{passkey.name}</span>
          <span className="text-quiet">
            {words.made} <Moment at={passkey.created_at} />
          </span>
          <span className="text-quiet">
            {passkey.used_at === null ? (
              words.never
            ) : (
              <>
                {words.used} <Moment at={passkey.used_at} />
              </>
            )}
          </span>
          <span className="flex gap-2">
            {(['rename', 'remove'] as const).map((what) => (
              <button
                key={what}
                type="button"
                className="button"
                aria-label={`${words[what]}: ${passkey.name}`}
                onClick={() => onOpen(what, passkey)}
              >
                {words[what]}
              </button>
            ))}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Rename({ passkey, onClose }: { readonly passkey: OwnPasskey; readonly onClose: () => void }) {
  const { error, isWorking, send } = useSend();
  const rename = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(event.currentTarget));
    return send(async () => {
      await ask(`/api/v1/passkeys/${passkey.id}`, { method: 'PATCH', body });
      onClose();
    });
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void rename(event)}>
      <Field label={words.name} name="name" required maxLength={100} defaultValue={passkey.name} />
      <Refusal error={error} />
      <DoOrCancel button={words.renameDo} isWorking={isWorking} onClose={onClose} />
    </form>
  );
}
