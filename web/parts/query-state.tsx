import type { ReactNode } from 'react';
import { ApiFault } from '../api.ts';
import { text } from '../text/english.ts';
import { OwnFault } from './own-fault.ts';

/** What a page shows of an answer: nothing for 300 ms, then grey lines; the fault with its id; or what came. */
export function Answer<Data>({
  of,
  children,
}: {
  /** A query, whole or in parts. */
  readonly of: { readonly data: Data | undefined; readonly error: unknown; refetch(): Promise<unknown> };
  readonly children: (data: Data) => ReactNode;
}) {
  if (of.data !== undefined) return children(of.data);
  if (of.error) return <FaultView error={of.error} onAgain={() => void of.refetch()} />;
  return <Skeleton />;
}

export function FaultView({ error, onAgain }: { readonly error: unknown; readonly onAgain?: () => void }) {
  const isApi = error instanceof ApiFault;
  return (
    <div role="alert" className="my-6 max-w-xl border-l-2 border-stop pl-4">
      <p className="state is-stop">{text.fault.title}</p>
      <p className="mt-1">{isApi ? error.message || text.fault.noAnswer : text.fault.broken}</p>
      {isApi ? (
        <p className="id mt-1 text-xs text-quiet">
          {text.fault.id(error.code, error.status, error.path, error.request)}
        </p>
      ) : null}
      {onAgain ? (
        <button type="button" className="button mt-3" onClick={onAgain}>
          {text.fault.again}
        </button>
      ) : null}
    </div>
  );
}

export function Skeleton() {
  return (
    <div className="my-6 grid max-w-2xl gap-3" role="status" aria-label={text.loading}>
      <div className="skeleton w-1/3" />
      <div className="skeleton" />
      <div className="skeleton w-5/6" />
    </div>
  );
}

/** What went wrong with what a person just did, in the words of the server. */
export function Refusal({ error }: { readonly error: unknown }) {
  if (!error) return null;
  const isKnown = error instanceof ApiFault || error instanceof OwnFault;
  const words = isKnown ? error.message || text.fault.noAnswer : text.fault.broken;
  return (
    <p role="alert" className="state is-stop whitespace-normal!">
      {words}
    </p>
  );
}
