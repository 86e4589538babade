import { type FormEvent, type ReactNode, useState } from 'react';
import { ask } from '../api.ts';
import type { Key } from '../shapes.ts';
import { text } from '../text/english.ts';
import { Choice, Field } from './field.tsx';
import { CodeLine, curlFor } from './page.tsx';
import { Popup } from './popup.tsx';
import { Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

type Wrong = Readonly<Partial<Record<'name' | 'usd' | 'requests', string>>>;

function Buttons({
  onClose,
  isWorking,
  children,
}: {
  readonly onClose: () => void;
  readonly isWorking: boolean;
  readonly children: ReactNode;
}) {
  return (
    <div className="mt-2 flex gap-2">
      <fieldset disabled={isWorking} className="contents">
        {children}
      </fieldset>
      <button type="button" className="button" onClick={onClose}>
        {text.cancel}
      </button>
    </div>
  );
}

/** The one time that a secret is shown. */
function Reveal({ secret, onClose }: { readonly secret: string; readonly onClose: () => void }) {
  return (
    <div>
      <p>{text.keys.once}</p>
      <CodeLine code={secret} />
      <p className="text-sm font-semibold">{text.keys.tryIt}</p>
      <CodeLine code={curlFor('sandbox/echo', secret)} />
      <button type="button" className="button is-first" onClick={onClose}>
        {text.keys.done}
      </button>
    </div>
  );
}

export function CreateKey({ onClose }: { readonly onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const [wrong, setWrong] = useState<Wrong>({});
  const { error, isWorking, send } = useSend();
  const create = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const name = String(form.get('name')).trim();
    const { limits, wrong: found } = readLimits(form);
    const all = { ...found, ...(name === '' || name.length > 100 ? { name: text.keys.badName } : {}) };
    setWrong(all);
    if (Object.keys(all).length > 0) return;
    const expires = String(form.get('expires'));
    await send(async () => {
      const body = { name, ...limits, ...(expires === '' ? {} : { expires_at: `${expires}T23:59:59Z` }) };
      const { key } = await ask<{ readonly key: string }>('/api/v1/keys', { method: 'POST', body });
      setSecret(key);
    });
  };
  return (
    <Popup title={text.keys.create} isOpen onClose={onClose}>
      {secret === undefined ? (
        <form className="grid gap-4" noValidate onSubmit={(event) => void create(event)}>
          <Field label={text.keys.name} name="name" autoComplete="off" maxLength={100} wrong={wrong.name} />
          <LimitFields wrong={wrong} />
          <Field label={text.keys.expiry} name="expires" type="date" hint={text.keys.expiryHint} />
          <Refusal error={error} />
          <Buttons onClose={onClose} isWorking={isWorking}>
            <button type="submit" className="button is-first">
              {text.keys.create}
            </button>
          </Buttons>
        </form>
      ) : (
        <Reveal secret={secret} onClose={onClose} />
      )}
    </Popup>
  );
}

export function LimitKey({ of: key, onClose }: { readonly of: Key; readonly onClose: () => void }) {
  const [wrong, setWrong] = useState<Wrong>({});
  const { error, isWorking, send } = useSend();
  const change = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const { limits, wrong: found } = readLimits(new FormData(event.currentTarget));
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    await send(async () => {
      await ask(`/api/v1/keys/${key.hash}`, { method: 'PATCH', body: limits });
      onClose();
    });
  };
  return (
    <Popup title={text.keys.changeTitle(key.name)} isOpen onClose={onClose}>
      <form className="grid gap-4" noValidate onSubmit={(event) => void change(event)}>
        <LimitFields wrong={wrong} of={key} />
        <Refusal error={error} />
        <Buttons onClose={onClose} isWorking={isWorking}>
          <button type="submit" className="button is-first">
            {text.keys.changeDo}
          </button>
        </Buttons>
      </form>
    </Popup>
  );
}

function LimitFields({ wrong, of }: { readonly wrong: Wrong; readonly of?: Key }) {
  return (
    <>
      <div className="grid grid-cols-2 gap-4">
        <Field
          label={text.keys.usdLimit}
          name="usd"
          inputMode="decimal"
          defaultValue={of?.limit ?? ''}
          hint={text.keys.limitHint}
          wrong={wrong.usd}
        />
        <Field
          label={text.keys.requestLimit}
          name="requests"
          inputMode="numeric"
          defaultValue={of?.requests_limit ?? ''}
          hint={text.keys.limitHint}
          wrong={wrong.requests}
        />
      </div>
      <Choice
        label={text.keys.reset}
        name="reset"
        choices={text.keys.resets}
        defaultValue={of ? (of.limit_reset ?? 'never') : 'daily'}
      />
    </>
  );
}

function readLimits(form: FormData) {
  const usd = String(form.get('usd')).trim().replace(/^\$/, '');
  const requests = String(form.get('requests')).trim().replaceAll(',', '');
  const wrong: Wrong = {
    ...(usd === '' || /^\d{1,9}(\.\d{1,9})?$/.test(usd) ? {} : { usd: text.keys.badUsd }),
    ...(requests === '' || /^\d{1,12}$/.test(requests) ? {} : { requests: text.keys.badCount }),
  };
  const reset = String(form.get('reset'));
  const limits = {
    limit: usd === '' ? null : Number(usd),
    requests_limit: requests === '' ? null : Number(requests),
    limit_reset: reset === 'never' ? null : reset,
  };
  return { limits, wrong };
}

export function RotateKey({ of: key, onClose }: { readonly of: Key; readonly onClose: () => void }) {
  const [secret, setSecret] = useState<string>();
  const { error, isWorking, send } = useSend();
  const rotate = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const overlap = String(new FormData(event.currentTarget).get('overlap'));
    await send(async () => {
      const { key: made } = await ask<{ readonly key: string }>(`/api/v1/keys/${key.hash}/rotate`, {
        method: 'POST',
        body: { overlap },
      });
      setSecret(made);
    });
  };
  return (
    <Popup title={text.keys.rotateTitle(key.name)} isOpen onClose={onClose}>
      {secret === undefined ? (
        <form className="grid gap-4" onSubmit={(event) => void rotate(event)}>
          <p>{text.keys.rotateText}</p>
          <Choice label={text.keys.overlap} name="overlap" choices={text.keys.overlaps} defaultValue="24h" />
          <Refusal error={error} />
          <Buttons onClose={onClose} isWorking={isWorking}>
            <button type="submit" className="button is-first">
              {text.keys.rotateDo}
            </button>
          </Buttons>
        </form>
      ) : (
        <Reveal secret={secret} onClose={onClose} />
      )}
    </Popup>
  );
}

export function DisableKey({ of: key, onClose }: { readonly of: Key; readonly onClose: () => void }) {
  const { error, isWorking, send } = useSend();
  const disable = () =>
    send(async () => {
      await ask(`/api/v1/keys/${key.hash}`, { method: 'PATCH', body: { disabled: true } });
      onClose();
    });
  return (
    <Popup title={text.keys.disableTitle(key.name)} isOpen onClose={onClose}>
      <p className="mb-4">{text.keys.disableText}</p>
      <Refusal error={error} />
      <Buttons onClose={onClose} isWorking={isWorking}>
        <button type="button" className="button is-stop" onClick={() => void disable()}>
          {text.keys.disableDo}
        </button>
      </Buttons>
    </Popup>
  );
}
