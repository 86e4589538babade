import { useQuery } from '@tanstack/react-query';
import { Fragment, type ReactNode, useState } from 'react';
import { askData } from '../api.ts';
import { utc } from '../format.ts';
import { Money } from '../parts/page.tsx';
import { Proved } from '../parts/proved.tsx';
import { Answer } from '../parts/query-state.tsx';
import { closingText } from '../text/closing.ts';
import type { ClosingWords } from './closing.tsx';
import type { DeletionPlace, DeletionPreview, DoomedWorkspace } from './deletion-shapes.ts';

type ConfirmProps = {
  readonly place: DeletionPlace;
  readonly words: ClosingWords;
  readonly more: readonly string[];
  readonly start: (workspaces: readonly string[]) => Promise<void>;
  readonly onClose: () => void;
};

/** Everything that a deletion means, then the proof; no way on where it would be refused for certain. */
export function ConfirmDeletion({ place, words, more, start, onClose }: ConfirmProps) {
  const preview = useQuery({
    queryKey: ['deletion-preview', place.path, place.of],
    queryFn: () => askData<DeletionPreview>(`${place.path}/preview`),
    // Its dates count from now, its money moves.
    gcTime: 0,
  });
  const [along, setAlong] = useState<readonly string[]>([]);
  return (
    <Answer of={preview}>
      {(shown) => {
        const { workspaces } = shown;
        const isOwn = place.path === '/api/v1/privacy/deletion';
        const toName = isOwn ? workspaces.filter((each) => !each.is_operators) : [];
        const facts = <Facts of={shown} goes={words.goes} more={more} isOwn={isOwn} />;
        if (workspaces.some((each) => each.is_operators)) return <Blocked onClose={onClose}>{facts}</Blocked>;
        return (
          <Proved button={words.button} isDangerous work={() => start(along)} onClose={onClose}>
            {facts}
            {toName.length === 0 ? null : (
              <fieldset className="grid gap-2">
                <legend className="state is-warn mb-2 whitespace-normal!">{closingText.lastOwner}</legend>
                {toName.map(({ id, name, members }) => (
                  <label key={id} className="flex items-start gap-2">
                    <input
                      type="checkbox"
                      className="mt-1"
                      required
                      checked={along.includes(id)}
                      onChange={({ target }) =>
                        setAlong((now) => (target.checked ? [...now, id] : now.filter((each) => each !== id)))
                      }
                    />
                    {closingText.along(name, members)}
                  </label>
                ))}
              </fieldset>
            )}
          </Proved>
        );
      }}
    </Answer>
  );
}

function Blocked({ onClose, children }: { readonly onClose: () => void; readonly children: ReactNode }) {
  return (
    <div className="grid gap-4">
      {children}
      <button type="button" className="button justify-self-start" onClick={onClose}>
        {closingText.back}
      </button>
    </div>
  );
}

type FactsProps = {
  readonly of: DeletionPreview;
  readonly goes: string;
  readonly more: readonly string[];
  readonly isOwn: boolean;
};

function Facts({ of: shown, goes, more, isOwn }: FactsProps) {
  const words = closingText;
  const obstacles = [...shown.workspaces.flatMap(obstaclesOf), ...more];
  const asksForOwners = isOwn && shown.workspaces.some((each) => !each.is_operators);
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.goes, goes],
    [
      words.when,
      <Fragment key="when">
        {words.dates(shown.grace_days)}
        <Day at={shown.purge_from} />
        {words.goneBy}
        <Day at={shown.gone_by} />.
      </Fragment>,
    ],
    [words.law, words.lawWords],
    [words.balance, <Leftovers key="balance" of={shown} />],
    ...(obstacles.length === 0 && asksForOwners
      ? []
      : [[words.obstacles, <Lines key="way" of={obstacles} />] as const]),
  ];
  return (
    <dl className="grid gap-3">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt className="font-semibold">{name}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function obstaclesOf(workspace: DoomedWorkspace): readonly string[] {
  const { name, batches, stored_objects: objects } = workspace;
  const words = closingText;
  return [
    ...(workspace.is_operators ? [words.operators(name)] : []),
    ...(workspace.legal_hold ? [words.legalHold(name)] : []),
    ...(batches > 0 ? [words.batches(name, batches)] : []),
    ...(objects > 0 ? [words.objects(name, objects)] : []),
  ];
}

function Lines({ of: lines }: { readonly of: readonly string[] }) {
  if (lines.length === 0) return closingText.noObstacle;
  return (
    <ul className="grid gap-1">
      {lines.map((line) => (
        <li key={line} className="state is-warn whitespace-normal!">
          {line}
        </li>
      ))}
    </ul>
  );
}

function Leftovers({ of: { workspaces, leftover } }: { readonly of: DeletionPreview }) {
  const words = closingText;
  if (workspaces.length === 0) return words.noBalance;
  return (
    <ul className="grid gap-1">
      {workspaces.map(({ id, name, paid_usd: paid, promo_usd: promo }) => (
        <li key={id}>
          {name}:{' '}
          {Number(paid) > 0 ? (
            <>
              <Money usd={paid} /> {words.paid[leftover]}
            </>
          ) : null}
          {Number(paid) > 0 && Number(promo) > 0 ? '; ' : null}
          {Number(promo) > 0 ? (
            <>
              <Money usd={promo} /> {words.promo}
            </>
          ) : null}
          {Number(paid) > 0 || Number(promo) > 0 ? null : words.nothingLeft}.
        </li>
      ))}
    </ul>
  );
}

/** The day, in UTC as the deletion counts it; the instant for who points at it. */
export function Day({ at }: { readonly at: string }) {
  return (
    <time dateTime={at} title={utc(at)} className="whitespace-nowrap tabular-nums">
      {at.slice(0, 10)}
    </time>
  );
}
