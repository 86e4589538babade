import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../api.ts';
import type { OwnSignIn } from '../shapes.ts';
import { text } from '../text/english.ts';
import { hasWallet, signedByWallet } from './ask-wallet.ts';
import { doorsQuery } from './other-doors.tsx';
import { Heading, Moment } from './page.tsx';
import { Popup } from './popup.tsx';
import { Proved } from './proved.tsx';
import { Answer } from './query-state.tsx';

const words = text.identity.signIns;
type Open =
  | { readonly what: 'remove'; readonly name: string; readonly id: string }
  | { readonly what: 'wallet' }
  | { readonly what: 'elsewhere'; readonly name: string; readonly provider: string }
  | undefined;

/** Wallets and accounts at other sites by which the person signs in. */
export function SignIns() {
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const doors = useQuery(doorsQuery);
  const signIns = useQuery({
    queryKey: ['sign-ins'],
    queryFn: () => askData<readonly OwnSignIn[]>('/api/v1/sign-ins'),
  });
  const close = () => {
    setOpen(undefined);
    for (const changed of ['sign-ins', 'own-log']) void queries.invalidateQueries({ queryKey: [changed] });
  };
  const labelOf = (provider: string) =>
    provider === 'wallet'
      ? words.wallet
      : (doors.data?.providers.find(({ name }) => name === provider)?.label ?? provider);
  const isRefused = new URLSearchParams(location.search).get('refused') === 'taken';
  return (
    <section>
      <Heading>{words.title}</Heading>
      {isRefused ? <p className="state is-stop whitespace-normal!">{words.taken}</p> : null}
      <Answer of={signIns}>
        {(all) =>
          all.length === 0 ? (
            <p className="text-quiet">{words.none}</p>
          ) : (
            <ul className="grid max-w-3xl gap-2">
              {all.map(({ id, provider, label, created_at: since }) => (
                <li key={id} className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line pb-2">
                  <span className="font-semibold">{labelOf(provider)}</span>
                  <span className="id min-w-0 text-xs break-all">{label}</span>
                  <span className="text-quiet">
                    {words.since} <Moment at={since} />
                  </span>
                  <button
                    type="button"
                    className="button"
                    aria-label={`${words.remove}: ${label}`}
                    onClick={() => setOpen({ what: 'remove', name: label, id })}
                  >
                    {words.remove}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <div className="mt-3 flex flex-wrap gap-2">
        <button
          type="button"
          className="button"
          disabled={!hasWallet()}
          title={hasWallet() ? undefined : text.identity.noWallet}
          onClick={() => setOpen({ what: 'wallet' })}
        >
          {words.addWallet}
        </button>
        {(doors.data?.providers ?? []).map(({ name, label }) => (
          <button
            key={name}
            type="button"
            className="button"
            onClick={() => setOpen({ what: 'elsewhere', name: label, provider: name })}
          >
            {words.add(label)}
          </button>
        ))}
      </div>
      <Popup title={titleOf(open)} isOpen={open !== undefined} onClose={close}>
        {open ? (
          <Proved
            button={open.what === 'remove' ? words.removeDo : words.addDo}
            isDangerous={open.what === 'remove'}
            work={() => doIt(open)}
            onClose={close}
          >
            <p>{words.texts[open.what]}</p>
          </Proved>
        ) : null}
      </Popup>
    </section>
  );
}

function titleOf(open: Open): string {
  if (open === undefined) return words.title;
  if (open.what === 'wallet') return words.addWallet;
  return open.what === 'remove' ? words.removeTitle(open.name) : words.add(open.name);
}

async function doIt(open: NonNullable<Open>): Promise<void> {
  if (open.what === 'remove') await ask(`/api/v1/sign-ins/${open.id}`, { method: 'DELETE' });
  else if (open.what === 'wallet') {
    const body = await signedByWallet('/api/v1/sign-ins/wallet/begin');
    await ask('/api/v1/sign-ins/wallet', { method: 'POST', body });
  } else {
    const body = { provider: open.provider };
    const { url } = await askData<{ readonly url: string }>('/api/v1/sign-ins/elsewhere', { method: 'POST', body });
    location.assign(url);
  }
}
