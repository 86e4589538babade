import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { ApiFault, ask } from '../api.ts';
import { links, outside } from '../links.ts';
import { Field } from '../parts/field.tsx';
import { Mark } from '../parts/mark.tsx';
import { OtherDoors } from '../parts/other-doors.tsx';
import { Refusal } from '../parts/query-state.tsx';
import { CodeForm, LetterForm } from '../parts/sign-forms.tsx';
import { useSend } from '../parts/use-send.ts';
import { text } from '../text/english.ts';

const passwordMin = 10;

/** Where people come in: by a password, and a code where one is asked for; a letter helps who has lost the password. */
export function SignIn() {
  const [step, setStep] = useState<'password' | 'code' | 'reset' | 'link'>(useDoor().step ?? 'password');
  const enter = useEnter();
  const { next, refused } = useDoor();
  const back = () => setStep('password');
  if (step === 'code')
    return (
      <Frame title={text.sign.codeTitle}>
        <CodeForm onEntered={enter} />
        <More onPress={back}>{text.sign.back}</More>
      </Frame>
    );
  if (step !== 'password')
    return (
      <Frame title={text.sign.letters[step].title}>
        <LetterForm kind={step} />
        <More onPress={back}>{text.sign.back}</More>
      </Frame>
    );
  return (
    <Frame title={text.sign.in}>
      {refused === undefined ? null : (
        <p role="alert" className="state is-stop mb-4 whitespace-normal!">
          {text.identity.refused[refused] ?? text.identity.refused.elsewhere}
        </p>
      )}
      <AccountForm kind="in" onEntered={enter} onCode={() => setStep('code')} />
      <OtherDoors next={next} onEntered={enter} onCode={() => setStep('code')} />
      <More onPress={() => setStep('reset')}>{text.sign.forgotten}</More>
      <More onPress={() => setStep('link')}>{text.sign.byLink}</More>
      <OtherDoor to={links.signUp} words={text.sign.toUp} />
    </Frame>
  );
}

export function SignUp() {
  const [step, setStep] = useState<'account' | 'code'>('account');
  const enter = useEnter();
  if (step === 'code')
    return (
      <Frame title={text.sign.codeTitle}>
        <CodeForm onEntered={enter} />
      </Frame>
    );
  return (
    <Frame title={text.sign.up}>
      <AccountForm kind="up" onEntered={enter} onCode={() => setStep('code')} />
      <OtherDoor to={links.signIn} words={text.sign.toIn} />
    </Frame>
  );
}

function Frame({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · ${text.product}`;
  }, [title]);
  return (
    <main className="mx-auto max-w-sm px-4 py-16">
      <a href="/" className="inline-flex items-center gap-2 text-lg font-semibold text-ink no-underline">
        <Mark /> {text.product}
      </a>
      <h1 className="mt-8 mb-5 text-2xl">{title}</h1>
      {children}
    </main>
  );
}

type AccountFormProps = {
  readonly kind: 'in' | 'up';
  readonly onEntered: () => void;
  /** The password was right, and a second factor is asked for. */
  readonly onCode: () => void;
};

function AccountForm({ kind, onEntered, onCode }: AccountFormProps) {
  const [isWritten, setWritten] = useState(false);
  const { error, isWorking, send } = useSend();
  const enter = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const body = Object.fromEntries(new FormData(event.currentTarget));
    setWritten(false);
    return send(async () => {
      if (kind === 'up') await ask('/api/auth/sign-up/email', { method: 'POST', body });
      const said = await signIn(body).catch((thrown: unknown) => {
        if (kind === 'in' || !(thrown instanceof ApiFault) || thrown.status !== 401) throw thrown;
        return undefined;
      });
      if (said === undefined) setWritten(true);
      else if (said.twoFactorRedirect) onCode();
      else onEntered();
    });
  };
  return (
    <form className="grid gap-4" onSubmit={(event) => void enter(event)}>
      {kind === 'up' ? <Field label={text.sign.name} name="name" autoComplete="name" required maxLength={200} /> : null}
      <Field label={text.sign.email} name="email" type="email" autoComplete="email" required maxLength={254} />
      <Field
        label={text.sign.password}
        name="password"
        type="password"
        autoComplete={kind === 'in' ? 'current-password' : 'new-password'}
        required
        minLength={kind === 'up' ? passwordMin : 1}
        maxLength={256}
        hint={kind === 'up' ? text.sign.passwordHint : undefined}
      />
      {kind === 'up' ? (
        <p className="text-sm text-quiet">
          {text.sign.terms} <a href={outside.privacy}>{text.sign.policy}</a>.
        </p>
      ) : null}
      <Refusal error={error} />
      <p role="status" className={isWritten ? 'state is-warn whitespace-normal!' : 'sr-only'}>
        {isWritten ? text.sign.written : ''}
      </p>
      <button type="submit" className="button is-first justify-self-start" disabled={isWorking}>
        {isWorking ? text.sign.working : text.sign[kind]}
      </button>
    </form>
  );
}

function signIn({ email, password }: Readonly<Record<string, unknown>>) {
  const body = { email, password };
  return ask<{ readonly twoFactorRedirect?: boolean }>('/api/auth/sign-in/email', { method: 'POST', body });
}

function More({ onPress, children }: { readonly onPress: () => void; readonly children: ReactNode }) {
  return (
    <button type="button" className="button mt-4 mr-2" onClick={onPress}>
      {children}
    </button>
  );
}

function OtherDoor({ to, words }: { readonly to: typeof links.signIn | typeof links.signUp; readonly words: string }) {
  const { next } = useDoor();
  return (
    <p className="mt-6 text-sm">
      <Link to={to} search={next === undefined ? {} : { next }}>
        {words}
      </Link>
    </p>
  );
}

function useDoor(): { readonly next?: string; readonly step?: 'code'; readonly refused?: string } {
  // The route judged what stands in its address.
  return useSearch({ strict: false }) as ReturnType<typeof useDoor>;
}

/** Goes to where the person wanted to be. */
function useEnter(): () => void {
  const { next } = useDoor();
  const router = useRouter();
  const queries = useQueryClient();
  return () => {
    queries.clear();
    router.history.push(`/console${next ?? '/'}`);
  };
}
