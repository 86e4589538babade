import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData, download } from '../api.ts';
import { bytes } from '../format.ts';
import { Heading, Moment, Scroll } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import { text } from '../text/english.ts';

type Copy = {
  readonly id: string;
  readonly state: 'making' | 'ready' | 'failed';
  readonly bytes: number;
  readonly created_at: string;
  readonly expires_at: string;
  readonly link: string | null;
};

const lookAgainMs = 1_000;
/** Half a gigabyte over a slow line. */
const downloadMs = 1_800_000;

/** A copy of everything: asked for, made, fetched, each by the person alone. */
export function Copies() {
  const words = text.privacy.copy;
  const queries = useQueryClient();
  const [asked, setAsked] = useState<'order' | Copy>();
  const copies = useQuery({
    queryKey: ['copies'],
    queryFn: () => askData<readonly Copy[]>('/api/v1/privacy/copies'),
    refetchInterval: ({ state }) => (state.data?.some((each) => each.state === 'making') ? lookAgainMs : false),
  });
  const order = async () => {
    await ask('/api/v1/privacy/copies', { method: 'POST' });
    await Promise.all(['copies', 'own-requests', 'held'].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
  const close = () => setAsked(undefined);
  return (
    <section>
      <Heading>{words.title}</Heading>
      <p className="max-w-2xl text-quiet">{words.words}</p>
      <Answer of={copies}>{(all) => (all.length === 0 ? null : <CopyTable of={all} onFetch={setAsked} />)}</Answer>
      <button type="button" className="button is-first mt-3" onClick={() => setAsked('order')}>
        {words.order}
      </button>
      <Popup title={words.orderTitle} isOpen={asked === 'order'} onClose={close}>
        <Proved button={words.order} work={order} onClose={close}>
          <p>{words.orderWords}</p>
        </Proved>
      </Popup>
      <Popup title={words.fetchTitle} isOpen={asked !== undefined && asked !== 'order'} onClose={close}>
        <Proved button={words.fetch} work={() => fetchCopy(asked)} onClose={close}>
          <p>{words.fetchWords}</p>
        </Proved>
      </Popup>
    </section>
  );
}

async function fetchCopy(asked: 'order' | Copy | undefined): Promise<void> {
  if (typeof asked !== 'object' || asked.link === null) return;
  await download(asked.link, `fairlead-copy-${asked.created_at.slice(0, 10)}.zip`, downloadMs);
}

function CopyTable({ of: copies, onFetch }: { readonly of: readonly Copy[]; readonly onFetch: (copy: Copy) => void }) {
  const words = text.privacy.copy;
  return (
    <Scroll label={words.title}>
      <table className="table mt-3 max-w-3xl">
        <thead>
          <tr>
            <th scope="col">{words.made}</th>
            <th scope="col">{words.state}</th>
            <th scope="col" className="text-right!">
              {words.size}
            </th>
            <th scope="col">{words.until}</th>
            <th scope="col">
              <span className="sr-only">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {copies.map((copy) => (
            <tr key={copy.id}>
              <th scope="row" className="font-normal">
                <Moment at={copy.created_at} />
              </th>
              <td aria-live="polite">
                <span
                  className={`state ${copy.state === 'failed' ? 'is-stop' : copy.state === 'ready' ? 'is-fine' : ''}`}
                >
                  {words.states[copy.state]}
                </span>
              </td>
              <td className="text-right tabular-nums">{copy.bytes === 0 ? text.none : bytes(copy.bytes)}</td>
              <td className="tabular-nums">{copy.expires_at.slice(0, 10)}</td>
              <td>
                {copy.link === null ? null : (
                  <button type="button" className="button" onClick={() => onFetch(copy)}>
                    {words.fetch}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
