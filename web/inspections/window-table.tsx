import type { ReactNode } from 'react';
import { moment } from '../format.ts';
import { Heads } from '../parts/heads.tsx';
import { Moment, Scroll } from '../parts/page.tsx';
import { text } from '../text/english.ts';
import type { InspectionWindow } from './window-shapes.ts';

type WindowTableProps = {
  readonly label: string;
  readonly of: readonly InspectionWindow[];
  /** Of all workspaces: then each says of which it is. */
  readonly names?: ReadonlyMap<string, string> | undefined;
  readonly actions: (window: InspectionWindow) => ReactNode;
};

const kinds = {
  proposed: '',
  asked: 'is-warn',
  open: 'is-stop',
  closed: '',
  refused: '',
  destroyed: 'is-fine',
} as const;

/** Windows, the newest first: state, why, when, who, and each look. */
export function WindowTable({ label, of: windows, names, actions }: WindowTableProps) {
  const words = text.inspections;
  const heads = [words.state, words.reason, words.when, words.who, words.requests, words.look, words.actions];
  return (
    <Scroll label={label}>
      <table className="table">
        <thead>
          <tr>
            <Heads of={names ? [words.workspace, ...heads] : heads} />
          </tr>
        </thead>
        <tbody>
          {windows.map((window) => (
            <tr key={window.id}>
              {names ? <th scope="row">{names.get(window.workspace) ?? window.workspace}</th> : null}
              <td>
                <span className={`state ${kinds[window.state]}`}>{words.states[window.state]}</span>
                <span className="id block text-xs text-quiet">{window.id}</span>
              </td>
              <td>
                {words.reasons[window.reason] ?? window.reason}
                <span className="block text-xs text-quiet">{window.ticket}</span>
              </td>
              <td>
                <Moment at={window.opened_at ?? window.proposed_at} />
                {window.state === 'open' && window.ends_at ? (
                  <span className="block text-xs text-quiet">{words.until(moment(window.ends_at, Date.now()))}</span>
                ) : null}
              </td>
              <td className="id text-xs">{words.people(window.proposed_by, window.confirmed_by)}</td>
              <td>{words.ofRequests(window.captured, window.requests_max)}</td>
              <td>
                {window.looks.length === 0 ? text.none : null}
                <ul>
                  {window.looks.map(({ by, at, capture }) => (
                    <li key={`${capture} ${at}`} className="text-xs">
                      <span className="id">{by}</span> <Moment at={at} />
                    </li>
                  ))}
                </ul>
              </td>
              <td>
                <div className="flex gap-2">{actions(window)}</div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
