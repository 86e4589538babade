import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { askData } from '../api.ts';
import { count } from '../format.ts';
import { Moment } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import { text } from '../text/english.ts';
import type { InspectionWindow, OpenedRequest, SealedRequest } from './window-shapes.ts';

type SealedRequestsProps = { readonly of: InspectionWindow; readonly onClose: () => void };

/** What was sealed in a window, and a look into one of it: what is shown is gone with this popup. */
export function SealedRequests({ of: { id }, onClose }: SealedRequestsProps) {
  const words = text.inspections;
  const address = `/api/v1/operator/inspections/${id}`;
  const window = useQuery({
    queryKey: ['inspections', 'all', id],
    queryFn: () => askData<{ readonly captures: readonly SealedRequest[] }>(address),
  });
  const [asked, setAsked] = useState<SealedRequest>();
  const [opened, setOpened] = useState<OpenedRequest>();
  if (opened) return <Opened of={opened} onClose={onClose} />;
  if (asked)
    return (
      <Popup title={words.viewTitle} isOpen onClose={onClose}>
        <Proved
          button={words.view}
          isDangerous
          onClose={() => setAsked(undefined)}
          work={async () =>
            setOpened(await askData<OpenedRequest>(`${address}/captures/${asked.id}`, { method: 'POST', body: {} }))
          }
        >
          <p>{words.viewText}</p>
        </Proved>
      </Popup>
    );
  return (
    <Popup title={words.showTitle(id)} isOpen onClose={onClose}>
      <Answer of={window}>
        {({ captures }) =>
          captures.length === 0 ? (
            <p className="text-quiet">{words.noCaptures}</p>
          ) : (
            <ul className="grid gap-2">
              {captures.map((capture) => (
                <li key={capture.id} className="flex items-center justify-between gap-3">
                  <span>
                    <span className="id text-xs">{capture.generation}</span> <Moment at={capture.at} />
                  </span>
                  <button type="button" className="button" onClick={() => setAsked(capture)}>
                    {words.view}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
      <button type="button" className="button mt-4" onClick={onClose}>
        {text.close}
      </button>
    </Popup>
  );
}

function Opened({ of: shown, onClose }: { readonly of: OpenedRequest; readonly onClose: () => void }) {
  const words = text.inspections;
  return (
    <Popup title={shown.generation} isOpen onClose={onClose}>
      <Part title={words.request} content={shown.request} bytes={shown.request_bytes} />
      <Part title={words.answer} content={shown.answer} bytes={shown.answer_bytes} />
      <button type="button" className="button mt-4" onClick={onClose}>
        {text.close}
      </button>
    </Popup>
  );
}

type PartProps = { readonly title: string; readonly content: string; readonly bytes: number };

function Part({ title, content, bytes }: PartProps) {
  const kept = new TextEncoder().encode(content).length;
  return (
    <section className="mb-3">
      <h3 className="mb-1">
        {title}{' '}
        {kept < bytes ? <small className="text-quiet">{text.inspections.cut(count(kept), count(bytes))}</small> : null}
      </h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached from the keyboard. */}
      <pre className="code max-h-64 overflow-auto whitespace-pre-wrap" tabIndex={0}>
        {content}
      </pre>
    </section>
  );
}
