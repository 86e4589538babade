import { useCan } from '../can.ts';
import { Scroll } from '../parts/page.tsx';
import { Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import { text } from '../text/english.ts';
import type { SubProcessorRow } from './notice-shapes.ts';
import { useNoticeDeeds } from './use-notices.ts';

const words = text.notifications;

/** Who else gets data, and what the workspace says of each. */
export function SubProcessorTable({ of: rows }: { readonly of: readonly SubProcessorRow[] }) {
  const mayDecide = useCan('policy.accept');
  const { decide } = useNoticeDeeds();
  const { error, isWorking, send } = useSend();
  const act = (row: SubProcessorRow) => (decision: 'agree' | 'object' | 'none') =>
    void send(() => decide(row.upstream, decision));
  return (
    <>
      <Scroll label={words.subProcessors}>
        <table className="table">
          <thead>
            <tr>
              {[words.who, words.region, words.serves, words.decision, ''].map((name) => (
                <th key={name} scope="col">
                  {name === '' ? <span className="sr-only">{words.change}</span> : name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.upstream}>
                <th scope="row">
                  {row.provider} {row.provider === row.upstream ? '' : <span className="id">{row.upstream}</span>}
                </th>
                <td>{row.region}</td>
                <td>{row.from === null ? words.now : words.from(row.from)}</td>
                <td>{words.decisions[row.decision ?? 'none']}</td>
                <td>
                  <Deeds row={row} isOff={!mayDecide || isWorking} why={mayDecide ? '' : words.mayNot} act={act(row)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Refusal error={error} />
    </>
  );
}

function Deeds({
  row,
  isOff,
  why,
  act,
}: {
  readonly row: SubProcessorRow;
  readonly isOff: boolean;
  readonly why: string;
  readonly act: (decision: 'agree' | 'object' | 'none') => void;
}) {
  const deed = (decision: 'agree' | 'object' | 'none', label: string) => (
    <button type="button" className="button" disabled={isOff} title={why} onClick={() => act(decision)}>
      {label}
    </button>
  );
  return (
    <span className="flex flex-wrap gap-2">
      {row.decision === 'object'
        ? deed('none', words.withdraw(row.upstream))
        : deed('object', words.object(row.upstream))}
      {row.from !== null && row.decision !== 'agree' ? deed('agree', words.agree(row.upstream)) : null}
    </span>
  );
}
