import { type FormEvent, useState } from 'react';
import { ask } from '../api.ts';
import { text } from '../text/english.ts';
import { Field } from './field.tsx';
import { Refusal } from './query-state.tsx';
import { useSend } from './use-send.ts';

/** Asks for the code of the app, or for a recovery code of whoever has lost it. */
export function CodeForm({ onEntered }: { readonly onEntered: () => void }) {
  const [isRecovery, setRecovery] = useState(false);
  const { error, isWorking, send } = useSend();
  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get('code')).replaceAll(/\s/g, '');
    const path = `/api/auth/two-factor/${isRecovery ? 'verify-backup-code' : 'verify-totp'}`;
    return send(async () => {
      await ask(path, { method: 'POST', body: { code } });
      onEntered();
    });
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void enter(event)}>
      {isRecovery ? (
        <Field
          key="recovery"
          label={text.sign.recovery}
          name="code"
          autoComplete="off"
          required
          maxLength={40}
          hint={text.sign.recoveryHint}
        />
      ) : (
        <TotpField key="app" />
      )}
      <Refusal error={error} />
      <div className="flex flex-wrap gap-2">
        <button type="submit" className="button is-first" disabled={isWorking}>
          {text.sign.enter}
        </button>
        <button type="button" className="button" onClick={() => setRecovery(!isRecovery)}>
          {isRecovery ? text.sign.useCode : text.sign.useRecovery}
        </button>
      </div>
    </form>
  );
}

/** The six digits that an app shows. */
export function TotpField() {
  return (
    <Field
      label={text.sign.code}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      required
      maxLength={12}
      hint={text.sign.codeHint}
    />
  );
}

const addresses = { reset: '/api/auth/request-password-reset', link: '/api/auth/sign-in/magic-link' } as const;

/** Asks for a letter. Whether anybody has the address is not told. */
export function LetterForm({ kind }: { readonly kind: keyof typeof addresses }) {
  const [isSent, setSent] = useState(false);
  const { error, isWorking, send } = useSend();
  const { words, send: button } = text.sign.letters[kind];
  const write = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(event.currentTarget));
    setSent(false);
    return send(async () => {
      await ask(addresses[kind], { method: 'POST', body });
      setSent(true);
    });
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void write(event)}>
      <p>{words}</p>
      <Field label={text.sign.email} name="email" type="email" autoComplete="email" required maxLength={254} />
      <Refusal error={error} />
      <p role="status" className={isSent ? 'state is-fine whitespace-normal!' : 'sr-only'}>
        {isSent ? text.sign.sent : ''}
      </p>
      <button type="submit" className="button is-first justify-self-start" disabled={isWorking}>
        {button}
      </button>
    </form>
  );
}
