import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { askData } from '../api.ts';
import { count, milliseconds, short } from '../format.ts';
import { links } from '../links.ts';
import { EndingMark } from '../parts/ending.tsx';
import { Heads } from '../parts/heads.tsx';
import { Older } from '../parts/older.tsx';
import { curlFor, Empty, Figures, Moment, Money, Page, Scroll } from '../parts/page.tsx';
import { FaultView, Skeleton } from '../parts/query-state.tsx';
import type { Listed } from '../shapes.ts';
import { text } from '../text/english.ts';

type Part = { readonly generations: readonly Listed[]; readonly next: string | null };

/** What was asked, the newest first: who answered, how it ended, what it cost. */
export function Activity() {
  const parts = useInfiniteQuery({
    queryKey: ['generations'],
    queryFn: ({ pageParam }) =>
      askData<Part>(`/api/v1/generations?limit=50${pageParam === '' ? '' : `&before=${pageParam}`}`),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  if (parts.error && !parts.data) {
    return (
      <Page title={text.activity.title}>
        <FaultView error={parts.error} onAgain={() => void parts.refetch()} />
      </Page>
    );
  }
  const all = parts.data?.pages.flatMap(({ generations }) => generations);
  return (
    <Page title={text.activity.title}>
      {all === undefined ? (
        <Skeleton />
      ) : all.length === 0 ? (
        <Empty title={text.activity.emptyTitle} words={text.activity.empty} code={curlFor('sandbox/echo')} />
      ) : (
        <GenerationTable of={all} />
      )}
      <Older of={parts} />
    </Page>
  );
}

function GenerationTable({ of: all }: { readonly of: readonly Listed[] }) {
  const charged = all.reduce((sum, { charge_usd: charge }) => sum + BigInt(charge.replace('.', '')), 0n);
  const failed = all.filter(({ status }) => status >= 500).length;
  const numbers = [
    text.activity.input,
    text.activity.output,
    text.activity.wait,
    text.activity.took,
    text.activity.charge,
  ];
  return (
    <>
      <Figures
        of={[
          [text.activity.shown, count(all.length)],
          [text.activity.charged, <Money key="charged" usd={toDollars(charged)} />],
          [text.activity.failed, count(failed)],
        ]}
      />
      <Scroll label={text.activity.title}>
        <table className="table">
          <thead>
            <tr>
              <Heads of={[text.activity.when, text.activity.model, text.activity.ending]} />
              <Heads of={numbers} isNumber />
              <th scope="col">{text.activity.key}</th>
            </tr>
          </thead>
          <tbody>
            {all.map((each) => (
              <tr key={each.id}>
                <td>
                  <Link to={links.generation} params={{ id: each.id }}>
                    <Moment at={each.at} />
                  </Link>
                </td>
                <td>
                  <span className="id">{each.model}</span>
                  <br />
                  <span className="text-xs text-quiet">
                    {each.endpoint === null ? text.none : each.endpoint.slice(each.endpoint.lastIndexOf('@'))}
                  </span>
                </td>
                <td>
                  <EndingMark of={each.end_reason} />
                  {each.fault === null ? null : <span className="block text-xs text-quiet">{each.fault}</span>}
                </td>
                <td className="number" title={count(each.input)}>
                  {short(each.input)}
                </td>
                <td className="number" title={count(each.output)}>
                  {short(each.output)}
                </td>
                <td className="number">{milliseconds(each.first_content_ms)}</td>
                <td className="number">{milliseconds(each.duration_ms)}</td>
                <td className="number">
                  <Money usd={each.charge_usd} />
                </td>
                <td>{each.key_name ?? text.none}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function toDollars(nano: bigint): string {
  const digits = nano.toString().padStart(10, '0');
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
