import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, lazy, type ReactNode, Suspense, useState } from 'react';
import { ask } from '../api.ts';
import { text } from '../text/english.ts';
import { DoOrCancel } from './do-or-cancel.tsx';
import { Field } from './field.tsx';
import { CodeLine, Heading } from './page.tsx';
import { Popup } from './popup.tsx';
import { Answer, Refusal, Skeleton } from './query-state.tsx';
import { TotpField } from './sign-forms.tsx';
import { useSend } from './use-send.ts';

const QrCode = lazy(async () => ({ default: (await import('./qr-code.tsx')).QrCode }));

type Enabled = { readonly totpURI: string; readonly backupCodes: readonly string[] };
type Open = 'on' | 'off' | 'renew' | undefined;
const words = text.settings.factor;

/** Whether a code is asked for beside the password; switched on and off here. */
export function SecondFactor() {
  const queries = useQueryClient();
  const [open, setOpen] = useState<Open>();
  const session = useQuery({
    queryKey: ['own-session'],
    queryFn: () =>
      ask<{ readonly user: { readonly twoFactorEnabled?: boolean | null } } | null>('/api/auth/get-session'),
  });
  const close = () => {
    setOpen(undefined);
    for (const name of ['own-session', 'sessions']) void queries.invalidateQueries({ queryKey: [name] });
  };
  return (
    <section>
      <Heading>{words.title}</Heading>
      <Answer of={session}>
        {(now) => {
          const isOn = now?.user.twoFactorEnabled === true;
          return (
            <>
              <p className={isOn ? 'state is-fine' : 'text-quiet'}>{isOn ? words.isOn : words.isOff}</p>
              <p className="mt-1 max-w-2xl">{words.words}</p>
              <div className="mt-3 flex flex-wrap gap-2">
                {(isOn ? (['renew', 'off'] as const) : (['on'] as const)).map((what) => (
                  <button key={what} type="button" className="button" onClick={() => setOpen(what)}>
                    {words[what]}
                  </button>
                ))}
              </div>
            </>
          );
        }}
      </Answer>
      <Popup title={words.onTitle} isOpen={open === 'on'} onClose={close}>
        <SwitchOn onClose={close} />
      </Popup>
      <Popup title={words.renew} isOpen={open === 'renew'} onClose={close}>
        <Renew onClose={close} />
      </Popup>
      <Popup title={words.offTitle} isOpen={open === 'off'} onClose={close}>
        <PasswordForm button={words.off} path="disable" isDangerous onDone={close} onClose={close}>
          <p>{words.offText}</p>
        </PasswordForm>
      </Popup>
    </section>
  );
}

function SwitchOn({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<Enabled>();
  const { error, isWorking, send } = useSend();
  if (!made)
    return (
      <PasswordForm<Enabled> button={words.next} path="enable" onDone={setMade} onClose={onClose}>
        <p>{words.words}</p>
      </PasswordForm>
    );
  const verify = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code')).replaceAll(/\s/g, '');
    return send(async () => {
      await ask('/api/auth/two-factor/verify-totp', { method: 'POST', body: { code } });
      onClose();
    });
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void verify(event)}>
      <div>
        <p>{words.scan}</p>
        <Suspense fallback={<Skeleton />}>
          <QrCode value={made.totpURI} label={words.qr} />
        </Suspense>
        <p className="mt-3">{words.secret}</p>
        <CodeLine code={new URL(made.totpURI).searchParams.get('secret') ?? ''} />
        <a href={made.totpURI}>{words.open}</a>
      </div>
      <RecoveryCodes codes={made.backupCodes} />
      <TotpField />
      <Refusal error={error} />
      <button type="submit" className="button is-first justify-self-start" disabled={isWorking}>
        {words.verify}
      </button>
    </form>
  );
}

function Renew({ onClose }: { readonly onClose: () => void }) {
  const [codes, setCodes] = useState<readonly string[]>();
  if (!codes)
    return (
      <PasswordForm<Pick<Enabled, 'backupCodes'>>
        button={words.renew}
        path="generate-backup-codes"
        onDone={({ backupCodes }) => setCodes(backupCodes)}
        onClose={onClose}
      >
        <p>{words.renewText}</p>
      </PasswordForm>
    );
  return (
    <>
      <RecoveryCodes codes={codes} />
      <button type="button" className="button is-first" onClick={onClose}>
        {words.done}
      </button>
    </>
  );
}

function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  return (
    <div>
      <p>{words.codes}</p>
      <CodeLine code={codes.join('\n')} />
    </div>
  );
}

type PasswordFormProps<Made> = {
  readonly button: string;
  readonly path: 'enable' | 'disable' | 'generate-backup-codes';
  readonly isDangerous?: boolean;
  readonly onDone: (made: Made) => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
};

/** What guards an account is changed with its password alone. */
function PasswordForm<Made>({ button, path, isDangerous, onDone, onClose, children }: PasswordFormProps<Made>) {
  const { error, isWorking, send } = useSend();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(event.currentTarget));
    return send(async () => onDone(await ask<Made>(`/api/auth/two-factor/${path}`, { method: 'POST', body })));
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void submit(event)}>
      {children}
      <Field
        label={words.password}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        maxLength={256}
      />
      <Refusal error={error} />
      <DoOrCancel {...{ button, isDangerous, isWorking, onClose }} />
    </form>
  );
}
