import { useQueryClient } from '@tanstack/react-query';
import { Link, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { ask } from '../api.ts';
import { links, outside } from '../links.ts';
import { Field } from '../parts/field.tsx';
import { Mark } from '../parts/mark.tsx';
import { Refusal } from '../parts/query-state.tsx';
import { text } from '../text/english.ts';

const passwordMin = 10;

export function SignIn() {
  return <Door kind="in" />;
}

export function SignUp() {
  return <Door kind="up" />;
}

/** Where people come in. */
function Door({ kind }: { readonly kind: 'in' | 'up' }) {
  const { next } = useSearch({ strict: false }) as { readonly next?: string };
  const router = useRouter();
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [isWorking, setWorking] = useState(false);
  useEffect(() => {
    document.title = `${text.sign[kind]} · ${text.product}`;
  }, [kind]);
  const enter = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = Object.fromEntries(new FormData(event.currentTarget));
    setWorking(true);
    setError(undefined);
    try {
      await ask(kind === 'in' ? '/api/auth/sign-in/email' : '/api/auth/sign-up/email', { method: 'POST', body: said });
      queries.clear();
      router.history.push(`/console${next ?? '/'}`);
    } catch (thrown) {
      setError(thrown);
      setWorking(false);
    }
  };
  return (
    <main className="mx-auto max-w-sm px-4 py-16">
      <a href="/" className="inline-flex items-center gap-2 text-lg font-semibold text-ink no-underline">
        <Mark /> {text.product}
      </a>
      <h1 className="mt-8 mb-5 text-2xl">{text.sign[kind]}</h1>
      <form className="grid gap-4" onSubmit={(event) => void enter(event)}>
        {kind === 'up' ? (
          <Field label={text.sign.name} name="name" autoComplete="name" required maxLength={200} />
        ) : null}
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
        <button type="submit" className="button is-first justify-self-start" disabled={isWorking}>
          {isWorking ? text.sign.working : text.sign[kind]}
        </button>
      </form>
      <p className="mt-6 text-sm">
        <Link to={kind === 'in' ? links.signUp : links.signIn} search={next === undefined ? {} : { next }}>
          {kind === 'in' ? text.sign.toUp : text.sign.toIn}
        </Link>
      </p>
    </main>
  );
}
