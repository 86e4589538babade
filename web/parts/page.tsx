import { type ReactNode, useEffect, useState } from 'react';
import { exactMoney, moment, money, utc } from '../format.ts';
import { text } from '../text/english.ts';

/** A page: its title, what can be done on it, and the rest. */
export function Page({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · ${text.product}`;
  }, [title]);
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center justify-between gap-3">
        <h1 className="text-2xl leading-tight">{title}</h1>
        {actions}
      </div>
      {children}
    </>
  );
}

export function Heading({ children }: { readonly children: ReactNode }) {
  return <h2 className="mt-10 mb-3 text-lg">{children}</h2>;
}

/** The numbers that answer why a person came. */
export function Figures({
  of,
}: {
  readonly of: readonly (readonly [name: string, value: ReactNode, more?: ReactNode])[];
}) {
  return (
    <dl className="mb-8 flex flex-wrap gap-x-12 gap-y-4">
      {of.map(([name, value, more]) => (
        <div key={name}>
          <dt className="text-sm font-normal text-quiet">{name}</dt>
          <dd className="text-2xl leading-tight font-semibold max-sm:text-xl">{value}</dd>
          {more ? <dd className="text-xs text-quiet">{more}</dd> : null}
        </div>
      ))}
    </dl>
  );
}

/** Dollars; all nine places for who points at them. */
export function Money({ usd }: { readonly usd: string | number | null }) {
  return usd === null ? text.none : <span title={`$${exactMoney(usd)}`}>{money(usd)}</span>;
}

export function Moment({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={utc(at)} className="whitespace-nowrap">
      {moment(at, Date.now())}
    </time>
  );
}

/** A table that scrolls by itself where the screen is narrow. */
export function Scroll({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached from the keyboard.
    <section className="overflow-x-auto" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

/** A line to paste, with its button beside it: over it, it would cover what is long. */
export function CodeLine({ code }: { readonly code: string }) {
  return (
    <div className="my-3 flex max-w-3xl items-start gap-2">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached from the keyboard. */}
      <pre className="code min-w-0 flex-1" tabIndex={0}>
        {code}
      </pre>
      <span className="shrink-0">
        <CopyButton value={code} />
      </span>
    </div>
  );
}

function CopyButton({ value }: { readonly value: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className="button bg-paper!"
      onClick={async () => {
        await navigator.clipboard.writeText(value);
        setCopied(true);
      }}
    >
      <span aria-live="polite">{isCopied ? text.copied : text.copy}</span>
    </button>
  );
}

/** An empty view teaches the next step, with a line that works. */
export function Empty({
  title,
  words,
  code,
  children,
}: {
  readonly title: string;
  readonly words: string;
  readonly code?: string;
  readonly children?: ReactNode;
}) {
  return (
    <section className="my-6 max-w-3xl">
      <h2 className="text-lg">{title}</h2>
      <p className="mt-1 text-quiet">{words}</p>
      {code ? <CodeLine code={code} /> : null}
      {children}
    </section>
  );
}

/** What a program sends for its first request. */
export function curlFor(model: string, key = '$FAIRLEAD_KEY'): string {
  return `curl ${location.origin}/v1/chat/completions \\
  -H "Authorization: Bearer ${key}" \\
  -H 'content-type: application/json' \\
  -d '{"model":"${model}","messages":[{"role":"user","content":"Hello there"}]}'`;
}
