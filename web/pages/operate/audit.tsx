import { useInfiniteQuery } from '@tanstack/react-query';
import { askData, download } from '../../api.ts';
import { Older } from '../../parts/older.tsx';
import { OperateFrame } from '../../parts/operate-frame.tsx';
import { Empty, Moment } from '../../parts/page.tsx';
import { Answer, Refusal } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import { useSend } from '../../parts/use-send.ts';
import type { AuditRow } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const address = '/api/v1/operator/audit';
const words = operateText;
const pageRows = 50;

/** What operators changed, each entry chained to the one before by its hash. */
export function OperateAudit() {
  const entries = useInfiniteQuery({
    queryKey: ['operator', 'audit'],
    queryFn: ({ pageParam }) =>
      askData<readonly AuditRow[]>(`${address}?limit=${pageRows}${pageParam === null ? '' : `&before=${pageParam}`}`),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.length < pageRows ? undefined : page.at(-1)?.place),
  });
  const { error, isWorking, send } = useSend();
  return (
    <OperateFrame
      title={words.audit}
      actions={
        <button
          type="button"
          className="button"
          disabled={isWorking}
          onClick={() => void send(() => download(`${address}/export`, 'operator-audit.jsonl'))}
        >
          {words.exportAudit}
        </button>
      }
    >
      <Refusal error={error} />
      <Answer of={entries}>
        {({ pages }) =>
          (pages[0]?.length ?? 0) === 0 ? (
            <Empty title={words.noAudit} words={words.noAuditHint} />
          ) : (
            <Table
              label={words.audit}
              heads={[words.at, words.actor, words.action, words.target, words.outcome, words.hash]}
            >
              {pages.flat().map((each) => (
                <tr key={each.place}>
                  <th scope="row" className="font-normal">
                    <Moment at={each.at} />
                  </th>
                  <td className="id">{each.actor}</td>
                  <td>{each.action}</td>
                  <td className="id">{each.target || text.none}</td>
                  <td>{each.outcome}</td>
                  <td className="id">{each.hash.slice(0, 12)}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </Answer>
      <Older of={entries} />
      <p className="mt-3 max-w-3xl text-xs text-quiet">{words.auditHint}</p>
    </OperateFrame>
  );
}
