import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { ask, askData } from '../api.ts';
import { useCan } from '../can.ts';
import { count, milliseconds } from '../format.ts';
import { links } from '../links.ts';
import { Choice, Field } from '../parts/field.tsx';
import { CodeLine, curlFor, Figures, Money, Page } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import type { Explained, Model } from '../shapes.ts';
import { streamChat } from '../stream-chat.ts';
import { text } from '../text/english.ts';

const dayMs = 86_400_000;

/** Asks a model as a program would, and shows what it cost. */
export function Playground() {
  const offer = useQuery({
    queryKey: ['offer'],
    queryFn: () => ask<{ readonly models: readonly Model[] }>('/models.json'),
  });
  return (
    <Page title={text.playground.title}>
      <Answer of={offer}>{({ models }) => <Talk models={models.map(({ id }) => id)} />}</Answer>
    </Page>
  );
}

type Running = { readonly answer: string; readonly generation: string | undefined; readonly isOver: boolean };

function Talk({ models }: { readonly models: readonly string[] }) {
  const { model: asked } = useSearch({ strict: false }) as { readonly model?: string };
  const [model, setModel] = useState(asked !== undefined && models.includes(asked) ? asked : (models[0] ?? ''));
  const [key, setKey] = useState('');
  const [running, setRunning] = useState<Running>();
  const [error, setError] = useState<unknown>();
  const [wrong, setWrong] = useState<{ readonly key?: string; readonly message?: string }>({});
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const message = String(form.get('message')).trim();
    const found = {
      ...(key === '' ? { key: text.playground.needsKey } : {}),
      ...(message === '' ? { message: text.playground.needsMessage } : {}),
    };
    setWrong(found);
    if (Object.keys(found).length > 0) return;
    const control = new AbortController();
    stop.current = control;
    setError(undefined);
    setRunning({ answer: '', generation: undefined, isOver: false });
    const onGeneration = (generation: string) => setRunning((now) => now && { ...now, generation });
    try {
      const maxTokens = Number(form.get('limit')) || 500;
      for await (const piece of streamChat({ key, model, message, maxTokens, signal: control.signal, onGeneration })) {
        setRunning((now) => now && { ...now, answer: now.answer + piece });
      }
    } catch (thrown) {
      if (!control.signal.aborted)
        setError(thrown instanceof Error ? thrown.message || text.fault.noAnswer : text.fault.broken);
    }
    setRunning((now) => now && { ...now, isOver: true });
  };
  const isRunning = running !== undefined && !running.isOver;
  return (
    <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,22rem)_minmax(0,1fr)]">
      <form className="grid content-start gap-4" noValidate onSubmit={(event) => void send(event)}>
        <Choice
          label={text.playground.model}
          choices={Object.fromEntries(models.map((id) => [id, id]))}
          value={model}
          onChange={({ target }) => setModel(target.value)}
        />
        <KeyField
          value={key}
          onChange={(said) => {
            setKey(said);
            setWrong({});
          }}
          wrong={wrong.key}
        />
        <MessageField wrong={wrong.message} />
        <Field label={text.playground.limit} name="limit" inputMode="numeric" defaultValue="500" />
        {isRunning ? (
          <button type="button" className="button is-stop justify-self-start" onClick={() => stop.current?.abort()}>
            {text.playground.stop}
          </button>
        ) : (
          <button type="submit" className="button is-first justify-self-start">
            {text.playground.send}
          </button>
        )}
      </form>
      <section aria-label={text.playground.answer} className="min-w-0">
        {running === undefined ? (
          <>
            <p className="text-quiet">{text.playground.empty}</p>
            <CodeLine code={curlFor(model)} />
          </>
        ) : (
          <AnswerView of={running} error={error} />
        )}
      </section>
    </div>
  );
}

function AnswerView({ of, error }: { readonly of: Running; readonly error: unknown }) {
  return (
    <>
      <h2 className="mb-2 text-lg">{text.playground.answer}</h2>
      {typeof error === 'string' ? (
        <p role="alert" className="state is-stop whitespace-normal!">
          {error}
        </p>
      ) : null}
      <p className="min-h-24 max-w-2xl text-lg whitespace-pre-wrap" aria-live="polite" aria-busy={!of.isOver}>
        {of.answer === '' && !of.isOver ? <span className="text-quiet">{text.playground.waiting}</span> : of.answer}
      </p>
      {of.isOver && of.generation !== undefined ? <Cost generation={of.generation} /> : null}
    </>
  );
}

/** What it cost, as soon as it is booked. */
function Cost({ generation }: { readonly generation: string }) {
  const shown = useQuery({
    queryKey: ['generation', generation],
    queryFn: () => askData<Explained>(`/api/v1/generations/${generation}`),
    retry: 8,
    retryDelay: 500,
  });
  return (
    <div className="mt-6 border-t border-line pt-4">
      <Answer of={shown}>
        {(of) => (
          <Figures
            of={[
              [text.playground.charged, <Money key="charge" usd={of.charge_usd} />],
              [text.playground.tokens, `${count(of.usage.input ?? 0)}, ${count(of.usage.output ?? 0)}`],
              [text.playground.first, milliseconds(of.first_content_ms)],
            ]}
          />
        )}
      </Answer>
      <Link to={links.generation} params={{ id: generation }}>
        {text.playground.more}
      </Link>
    </div>
  );
}

function MessageField({ wrong }: { readonly wrong: string | undefined }) {
  return (
    <div className="field">
      <label htmlFor="message">{text.playground.message}</label>
      <textarea
        id="message"
        name="message"
        className="input min-h-28"
        defaultValue={text.playground.start}
        aria-invalid={wrong === undefined ? undefined : true}
        aria-describedby={wrong === undefined ? undefined : 'message-wrong'}
      />
      {wrong === undefined ? null : (
        <small id="message-wrong" className="wrong">
          {wrong}
        </small>
      )}
    </div>
  );
}

/** A key that somebody has, or a small one made for this page alone. */
function KeyField({
  value,
  onChange,
  wrong,
}: {
  readonly value: string;
  readonly onChange: (key: string) => void;
  readonly wrong: string | undefined;
}) {
  const mayMake = useCan('keys.change');
  const queries = useQueryClient();
  const [isMade, setMade] = useState(false);
  const [error, setError] = useState<unknown>();
  const make = async () => {
    try {
      const expires = new Date(Date.now() + dayMs).toISOString();
      const body = {
        name: 'Playground',
        limit: 0.25,
        requests_limit: 200,
        limit_reset: 'daily',
        expires_at: expires,
      };
      const { key } = await ask<{ readonly key: string }>('/api/v1/keys', { method: 'POST', body });
      onChange(key);
      setMade(true);
      await queries.invalidateQueries({ queryKey: ['keys'] });
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <div className="grid gap-2">
      <Field
        label={text.playground.key}
        type="password"
        autoComplete="off"
        value={value}
        onChange={({ target }) => onChange(target.value.trim())}
        hint={isMade ? text.playground.madeKey : text.playground.keyHint}
        wrong={wrong}
      />
      <Refusal error={error} />
      <button
        type="button"
        className="button justify-self-start"
        disabled={!mayMake || isMade}
        title={mayMake ? undefined : text.keys.mayNot}
        onClick={() => void make()}
      >
        {text.playground.makeKey}
      </button>
    </div>
  );
}
