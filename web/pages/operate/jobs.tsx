import { useQuery } from '@tanstack/react-query';
import { askData } from '../../api.ts';
import { count } from '../../format.ts';
import { OperateFrame } from '../../parts/operate-frame.tsx';
import { Figures, Heading, Moment } from '../../parts/page.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import type { Jobs } from '../../shapes.ts';
import { operateText } from '../../text/operate.ts';

const words = operateText;

/** The work that nobody asks for: who leads it, and the evidence of what it dropped. */
export function OperateJobs() {
  const jobs = useQuery({
    queryKey: ['operator', 'jobs'],
    queryFn: () => askData<Jobs>('/api/v1/operator/jobs'),
    refetchInterval: 30_000,
  });
  return (
    <OperateFrame title={words.jobs}>
      <Answer of={jobs}>
        {({ leaders, runs, usage_days: days }) => (
          <>
            <Figures
              of={[
                [words.jobs, count(leaders.length)],
                [words.usageKept, words.days(days)],
              ]}
            />
            <Heading>{words.leaders}</Heading>
            {leaders.length === 0 ? <p className="text-quiet">{words.noLeaders}</p> : <LeaderTable of={leaders} />}
            <Heading>{words.dropped}</Heading>
            {runs.length === 0 ? <p className="text-quiet">{words.nothingDropped}</p> : <RunTable of={runs} />}
          </>
        )}
      </Answer>
    </OperateFrame>
  );
}

function LeaderTable({ of: leaders }: { readonly of: Jobs['leaders'] }) {
  return (
    <Table label={words.leaders} heads={[words.job, words.leader, words.leadsUntil]}>
      {leaders.map(({ name, holder, until, led }) => (
        <tr key={name}>
          <th scope="row">{words.jobNames[name] ?? name}</th>
          <td className="id">{holder}</td>
          <td>{led ? <Moment at={until} /> : words.idle}</td>
        </tr>
      ))}
    </Table>
  );
}

function RunTable({ of: runs }: { readonly of: Jobs['runs'] }) {
  return (
    <Table label={words.dropped} heads={[words.what, words.done, words.digest]} numbers={[words.rows]}>
      {runs.map(({ subject, at, rows, digest }) => (
        <tr key={`${subject} ${at}`}>
          <th scope="row">{subject}</th>
          <td>
            <Moment at={at} />
          </td>
          <td className="id">{digest.slice(0, 16)}</td>
          <td className="number">{count(rows)}</td>
        </tr>
      ))}
    </Table>
  );
}
