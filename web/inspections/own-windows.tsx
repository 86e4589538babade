import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api.ts';
import { useCan } from '../can.ts';
import { outside } from '../links.ts';
import { CodeLine, Heading } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { useHere } from '../session.ts';
import { text } from '../text/english.ts';
import type { InspectionList, InspectionWindow } from './window-shapes.ts';
import { WindowTable } from './window-table.tsx';

/** What was looked into in this workspace, what it is asked, and how it ends a look. */
export function OwnWindows({ of: { allowed, windows } }: { readonly of: InspectionList }) {
  const words = text.inspections;
  const here = useHere();
  const queries = useQueryClient();
  const mayAnswer = useCan('inspections.answer');
  const [asked, setAsked] = useState<InspectionWindow>();
  const again = () => queries.invalidateQueries({ queryKey: ['inspections'] });
  const close = () => {
    setAsked(undefined);
    void again();
  };
  const stop = async ({ id }: InspectionWindow) => {
    await ask(`/api/v1/inspections/${id}/stop`, { method: 'POST', body: {} });
    await again();
  };
  const [newest] = windows;
  return (
    <section>
      <Heading>{words.windows}</Heading>
      {allowed ? null : <p className="mb-3 text-quiet">{words.off}</p>}
      {windows.length === 0 ? (
        <p className="mb-3 text-quiet">{words.none}</p>
      ) : (
        <WindowTable
          label={words.windows}
          of={windows}
          actions={(window) =>
            mayAnswer ? (
              <Buttons of={window} onAnswer={() => setAsked(window)} onStop={() => void stop(window)} />
            ) : null
          }
        />
      )}
      {newest ? (
        <p className="mt-3 text-sm text-quiet">
          {words.inLog} <span className="id">{newest.in_log}</span>: <a href={outside.log}>{words.log}</a>
        </p>
      ) : null}
      <p className="mt-4 text-quiet">{words.setting}</p>
      <CodeLine code={`bin/fairlead workspace set ${here?.id ?? 'W'} inspection=tell`} />
      {asked ? <Consent of={asked} onClose={close} /> : null}
    </section>
  );
}

type ButtonsProps = {
  readonly of: InspectionWindow;
  readonly onAnswer: () => void;
  readonly onStop: () => void;
};

function Buttons({ of: { state }, onAnswer, onStop }: ButtonsProps) {
  const words = text.inspections;
  if (state === 'asked')
    return (
      <button type="button" className="button is-first" onClick={onAnswer}>
        {words.consent}
      </button>
    );
  if (state !== 'open') return null;
  return (
    <button type="button" className="button is-stop" onClick={onStop}>
      {words.stop}
    </button>
  );
}

function Consent({ of: window, onClose }: { readonly of: InspectionWindow; readonly onClose: () => void }) {
  const words = text.inspections;
  const [consents, setConsents] = useState(true);
  const reason = words.reasons[window.reason] ?? window.reason;
  return (
    <Popup title={words.consentTitle} isOpen onClose={onClose}>
      <Proved
        button={consents ? words.allow : words.refuse}
        onClose={onClose}
        work={() => ask(`/api/v1/inspections/${window.id}/answer`, { method: 'POST', body: { consents } })}
      >
        <p>{words.consentText(reason, window.ticket, window.minutes, window.requests_max)}</p>
        <fieldset className="grid gap-1">
          {[true, false].map((each) => (
            <label key={String(each)} className="flex items-center gap-2">
              <input type="radio" name="consents" checked={consents === each} onChange={() => setConsents(each)} />
              {each ? words.allow : words.refuse}
            </label>
          ))}
        </fieldset>
      </Proved>
    </Popup>
  );
}
