import { useInfiniteQuery } from '@tanstack/react-query';
import { askData, download } from '../api.ts';
import { useCan } from '../can.ts';
import { count } from '../format.ts';
import { Heads } from '../parts/heads.tsx';
import { Older } from '../parts/older.tsx';
import { Figures, Moment, Page, Scroll } from '../parts/page.tsx';
import { Answer, Refusal } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import type { Change } from '../shapes.ts';
import { text } from '../text/english.ts';

const partLength = 50;
const words = text.changes;

/** What was changed in the workspace, by whom. */
export function Changes() {
  const maySee = useCan('audit.read');
  const { error, isWorking, send } = useSend();
  const parts = useInfiniteQuery({
    queryKey: ['changes'],
    enabled: maySee,
    queryFn: ({ pageParam }) =>
      askData<readonly Change[]>(`/api/v1/audit?limit=${partLength}${pageParam === 0 ? '' : `&before=${pageParam}`}`),
    initialPageParam: 0,
    getNextPageParam: (last) => (last.length < partLength ? null : last.at(-1)?.place),
  });
  const save = (
    <button
      type="button"
      className="button"
      disabled={!maySee || isWorking}
      title={maySee ? undefined : words.mayNot}
      onClick={() => void send(() => download('/api/v1/audit/export', 'changes.jsonl'))}
    >
      {words.download}
    </button>
  );
  if (!maySee)
    return (
      <Page title={words.title} actions={save}>
        <p className="text-quiet">{words.mayNot}</p>
      </Page>
    );
  return (
    <Page title={words.title} actions={save}>
      <Refusal error={error} />
      <Answer of={parts}>
        {({ pages }) => {
          const all = pages.flat();
          const refused = all.filter(({ outcome }) => outcome === 'refused').length;
          return (
            <>
              <Figures
                of={[
                  [words.shown, count(all.length)],
                  [words.refused, count(refused)],
                ]}
              />
              <p className="mb-4 max-w-2xl text-sm text-quiet">{words.words}</p>
              {all.length === 0 ? <p className="text-quiet">{words.empty}</p> : <Table of={all} />}
              <Older of={parts} />
            </>
          );
        }}
      </Answer>
    </Page>
  );
}

function Table({ of: all }: { readonly of: readonly Change[] }) {
  return (
    <Scroll label={words.title}>
      <table className="table">
        <thead>
          <tr>
            <Heads of={[words.when, words.who, words.what, words.target, words.outcome]} />
          </tr>
        </thead>
        <tbody>
          {all.map(({ place, at, actor, action, target, outcome }) => (
            <tr key={place}>
              <td>
                <Moment at={at} />
              </td>
              <td className="id text-xs">{actor}</td>
              <td>{action.replaceAll('-', ' ')}</td>
              <td className="id text-xs break-all">{target || text.none}</td>
              <td className={outcome === 'refused' ? 'state is-stop' : ''}>{words.outcomes[outcome] ?? outcome}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
