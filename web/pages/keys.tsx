import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask } from '../api.ts';
import { useCan } from '../can.ts';
import { count, moment } from '../format.ts';
import { Field } from '../parts/field.tsx';
import { CreateKey, DisableKey, LimitKey, RotateKey } from '../parts/key-popups.tsx';
import { Empty, Figures, Money, Page, Scroll } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { TwoLimits } from '../parts/two-limits.tsx';
import { useSend } from '../parts/use-send.ts';
import type { Key } from '../shapes.ts';
import { text } from '../text/english.ts';

type Open =
  | { readonly kind: 'create' }
  | { readonly kind: 'rotate' | 'change' | 'disable'; readonly key: Key }
  | undefined;

type Part = {
  readonly data: readonly Key[];
  /** Of all that were found, whatever part is shown. */
  readonly total_count: number;
  readonly working_count: number;
  readonly usage: number;
};

/** What is shown at once. */
const pageLength = 50;
/** Fewer are seen at a glance. */
const searchedFrom = 20;

/** Keys of the workspace: what each may use, and what it used. */
export function Keys() {
  const [{ offset, search }, setPlace] = useState({ offset: 0, search: '' });
  const place = { include_disabled: 'true', limit: String(pageLength), offset: String(offset) };
  const keys = useQuery({
    queryKey: ['keys', 'all', search, offset],
    queryFn: ({ signal }) =>
      ask<Part>(`/api/v1/keys?${new URLSearchParams({ ...place, search })}`, {
        signal,
      }),
    placeholderData: keepPreviousData,
  });
  const queries = useQueryClient();
  const mayChange = useCan('keys.change');
  const [open, setOpen] = useState<Open>();
  const close = () => {
    setOpen(undefined);
    void queries.invalidateQueries({ queryKey: ['keys'] });
  };
  const create = (
    <button
      type="button"
      className="button is-first"
      disabled={!mayChange}
      title={mayChange ? undefined : text.keys.mayNot}
      onClick={() => setOpen({ kind: 'create' })}
    >
      {text.keys.create}
    </button>
  );
  return (
    <Page title={text.keys.title} actions={create}>
      {mayChange ? null : <p className="mb-4 text-sm text-quiet">{text.keys.mayNot}</p>}
      <Answer of={keys}>
        {(part) =>
          part.total_count === 0 && search === '' ? (
            <Empty title={text.keys.emptyTitle} words={text.keys.empty} code="bin/fairlead key create --name first" />
          ) : (
            <>
              <Figures
                of={[
                  [text.keys.active, count(part.working_count)],
                  [text.keys.spent, <Money key="spent" usd={part.usage} />],
                ]}
              />
              {part.total_count > searchedFrom || search !== '' ? (
                <Search of={search} onSearch={(words) => setPlace({ offset: 0, search: words })} />
              ) : null}
              {part.total_count === 0 ? (
                <p className="text-quiet">{text.keys.noneFound(search)}</p>
              ) : (
                <KeyTable keys={part.data} mayChange={mayChange} onOpen={setOpen} />
              )}
              <Turn of={part} offset={offset} onTurn={(to) => setPlace({ offset: to, search })} />
            </>
          )
        }
      </Answer>
      {open?.kind === 'create' ? <CreateKey onClose={close} /> : null}
      {open?.kind === 'rotate' ? <RotateKey of={open.key} onClose={close} /> : null}
      {open?.kind === 'change' ? <LimitKey of={open.key} onClose={close} /> : null}
      {open?.kind === 'disable' ? <DisableKey of={open.key} onClose={close} /> : null}
    </Page>
  );
}

/** Asked as it is written: the answer is there within moments. */
function Search({ of: search, onSearch }: { readonly of: string; readonly onSearch: (words: string) => void }) {
  return (
    <search className="mb-4 block max-w-sm">
      <Field
        label={text.keys.search}
        hint={text.keys.searchHint}
        type="search"
        maxLength={100}
        defaultValue={search}
        onChange={({ target }) => onSearch(target.value.trim())}
      />
    </search>
  );
}

/** Which of them are shown, and the way to those before and behind. */
function Turn({
  of: part,
  offset,
  onTurn,
}: {
  readonly of: Part;
  readonly offset: number;
  readonly onTurn: (offset: number) => void;
}) {
  if (part.total_count <= pageLength) return null;
  const last = offset + part.data.length;
  return (
    <nav aria-label={text.keys.title} className="mt-4 flex flex-wrap items-center gap-3">
      <button type="button" className="button" disabled={offset === 0} onClick={() => onTurn(offset - pageLength)}>
        {text.keys.earlier}
      </button>
      <span aria-live="polite" className="text-sm text-quiet">
        {text.keys.shown(count(offset + 1), count(last), count(part.total_count))}
      </span>
      <button
        type="button"
        className="button"
        disabled={last >= part.total_count}
        onClick={() => onTurn(offset + pageLength)}
      >
        {text.keys.later}
      </button>
    </nav>
  );
}

function KeyTable({
  keys,
  mayChange,
  onOpen,
}: {
  readonly keys: readonly Key[];
  readonly mayChange: boolean;
  readonly onOpen: (open: Open) => void;
}) {
  return (
    <Scroll label={text.keys.title}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{text.keys.name}</th>
            <th scope="col">{text.keys.limits}</th>
            <th scope="col" className="number">
              {text.keys.used}
            </th>
            <th scope="col">{text.keys.state}</th>
            <th scope="col">{text.keys.lastUse}</th>
            <th scope="col">{text.keys.expires}</th>
            <th scope="col">{text.keys.actions}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((key) => (
            <KeyRow key={key.hash} of={key} mayChange={mayChange} onOpen={onOpen} />
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function KeyRow({
  of: key,
  mayChange,
  onOpen,
}: {
  readonly of: Key;
  readonly mayChange: boolean;
  readonly onOpen: (open: Open) => void;
}) {
  const state = stateOf(key);
  const why = mayChange ? undefined : text.keys.mayNot;
  const button = (kind: 'change' | 'rotate', name: string) => (
    <button
      type="button"
      className="button"
      disabled={!mayChange}
      title={why}
      aria-label={`${name}: ${key.name}`}
      onClick={() => onOpen({ kind, key })}
    >
      {name}
    </button>
  );
  return (
    <tr>
      <th scope="row">
        {key.name}
        <br />
        <span className="id text-xs font-normal text-quiet">{key.label}</span>
        {key.tags.length === 0 ? null : (
          <span className="mt-1 flex flex-wrap gap-1">
            {key.tags.map((tag) => (
              <span key={tag} className="tag font-normal">
                {tag}
              </span>
            ))}
          </span>
        )}
      </th>
      <td>
        <TwoLimits of={key} />
      </td>
      <td className="number">
        <Money usd={key.usage} />
        <br />
        <span className="text-xs text-quiet">{count(key.requests)}</span>
      </td>
      <td>
        <span className={`state ${state === 'works' ? 'is-fine' : 'is-stop'}`}>{text.keys[state]}</span>
      </td>
      <td>
        {key.last_used_at === null ? text.keys.never : moment(key.last_used_at, Date.now())}
        {key.last_network === null ? null : (
          <>
            <br />
            <span className="text-xs text-quiet">{text.keys.from(key.last_network)}</span>
          </>
        )}
      </td>
      <td>{key.expires_at === null ? text.none : moment(key.expires_at, Date.now())}</td>
      <td>
        <span className="flex gap-2">
          {button('change', text.keys.change)}
          {button('rotate', text.keys.rotate)}
          <Switch of={key} mayChange={mayChange} onDisable={() => onOpen({ kind: 'disable', key })} />
        </span>
      </td>
    </tr>
  );
}

type SwitchProps = { readonly of: Key; readonly mayChange: boolean; readonly onDisable: () => void };

/** One button for both, so that the focus stays on it when the key was switched. */
function Switch({ of: { hash, name, disabled }, mayChange, onDisable }: SwitchProps) {
  const queries = useQueryClient();
  const { error, send } = useSend();
  const enable = () =>
    send(async () => {
      await ask(`/api/v1/keys/${hash}`, { method: 'PATCH', body: { disabled: false } });
      await queries.invalidateQueries({ queryKey: ['keys'] });
    });
  const does = disabled ? text.keys.enable : text.keys.disable;
  return (
    <>
      <button
        type="button"
        className="button"
        disabled={!mayChange}
        title={mayChange ? undefined : text.keys.mayNot}
        aria-label={`${does}: ${name}`}
        onClick={() => (disabled ? void enable() : onDisable())}
      >
        {does}
      </button>
      <Refusal error={error} />
    </>
  );
}

function stateOf({ disabled, expires_at: expires }: Key): 'works' | 'disabled' | 'expired' {
  if (disabled) return 'disabled';
  return expires !== null && Date.parse(expires) <= Date.now() ? 'expired' : 'works';
}
