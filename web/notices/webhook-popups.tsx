import { useState } from 'react';
import { askData } from '../api.ts';
import { Field } from '../parts/field.tsx';
import { CodeLine } from '../parts/page.tsx';
import { Popup } from '../parts/popup.tsx';
import { Proved } from '../parts/proved.tsx';
import { text } from '../text/english.ts';
import { webhooksText as words } from '../text/webhooks.ts';
import type { Webhook } from './webhook-shapes.ts';

type PopupProps = { readonly api: string; readonly onClose: () => void };
type Secret = { readonly secret: string };

/** The one time that a secret is shown. */
function Reveal({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <div>
      <p>{words.once}</p>
      <CodeLine code={secret} />
      <button type="button" className="button is-first" onClick={onClose}>
        {text.keys.done}
      </button>
    </div>
  );
}

export function AddWebhook({ api, events, onClose }: PopupProps & { readonly events: readonly string[] }) {
  const [secret, setSecret] = useState<string>();
  const [url, setUrl] = useState('');
  const [chosen, setChosen] = useState<readonly string[]>(events);
  const toggle = (event: string) =>
    setChosen(chosen.includes(event) ? chosen.filter((each) => each !== event) : [...chosen, event]);
  const add = async () => {
    const body = { url, events: chosen };
    setSecret((await askData<Secret>(api, { method: 'POST', body })).secret);
  };
  return (
    <Popup title={words.add} isOpen onClose={onClose}>
      {secret === undefined ? (
        <Proved button={words.add} work={add} onDone={() => {}} onClose={onClose}>
          <Field
            label={words.url}
            name="url"
            type="url"
            required
            maxLength={1_000}
            autoComplete="off"
            hint={words.urlHint}
            value={url}
            onChange={({ target }) => setUrl(target.value)}
          />
          <fieldset>
            <legend className="mb-1 text-sm">{words.events}</legend>
            {events.map((event) => (
              <label key={event} className="flex items-center gap-2">
                <input type="checkbox" checked={chosen.includes(event)} onChange={() => toggle(event)} />
                {words.event(event)}
              </label>
            ))}
          </fieldset>
        </Proved>
      ) : (
        <Reveal secret={secret} onClose={onClose} />
      )}
    </Popup>
  );
}

export function RotateWebhook({ api, hook, onClose }: PopupProps & { readonly hook: Webhook }) {
  const [secret, setSecret] = useState<string>();
  const rotate = async () => {
    setSecret((await askData<Secret>(`${api}/${hook.id}/rotate`, { method: 'POST', body: {} })).secret);
  };
  return (
    <Popup title={words.rotateTitle} isOpen onClose={onClose}>
      {secret === undefined ? (
        <Proved button={words.rotate} work={rotate} onDone={() => {}} onClose={onClose}>
          <p>{words.rotateText}</p>
        </Proved>
      ) : (
        <Reveal secret={secret} onClose={onClose} />
      )}
    </Popup>
  );
}

export function RemoveWebhook({ api, hook, onClose }: PopupProps & { readonly hook: Webhook }) {
  return (
    <Popup title={words.removeTitle(new URL(hook.url).host)} isOpen onClose={onClose}>
      <Proved
        button={words.removeDo}
        isDangerous
        work={() => askData(`${api}/${hook.id}`, { method: 'DELETE' })}
        onClose={onClose}
      >
        <p>{words.removeText}</p>
      </Proved>
    </Popup>
  );
}
