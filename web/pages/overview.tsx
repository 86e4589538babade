import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { askData } from '../api.ts';
import { count, money } from '../format.ts';
import { links } from '../links.ts';
import { curlFor, Empty, Figures, Heading, Money, Page } from '../parts/page.tsx';
import { Answer, Skeleton } from '../parts/query-state.tsx';
import { TwoLimits } from '../parts/two-limits.tsx';
import type { Key, UsageDay, Wallet } from '../shapes.ts';
import { text } from '../text/english.ts';

const DayChart = lazy(async () => ({ default: (await import('../parts/day-chart.tsx')).DayChart }));

export const overviewQueries = {
  wallet: { queryKey: ['wallet'], queryFn: () => askData<Wallet>('/api/v1/wallet') },
  keys: { queryKey: ['keys'], queryFn: () => askData<readonly Key[]>('/api/v1/keys') },
  days: { queryKey: ['usage', 'day'], queryFn: () => askData<readonly UsageDay[]>('/api/v1/usage?by=day') },
} as const;

/** What is left, and where it went. */
export function Overview() {
  const wallet = useQuery(overviewQueries.wallet);
  const keys = useQuery(overviewQueries.keys);
  const days = useQuery(overviewQueries.days);
  return (
    <Page title={text.overview.title}>
      <Answer of={wallet}>
        {(shown) => (
          <Answer of={days}>
            {(usage) => (
              <>
                <Numbers wallet={shown} days={usage} keys={keys.data ?? []} />
                {usage.length === 0 ? <FirstRequest /> : null}
                <Answer of={keys}>{(all) => <Limits keys={all} />}</Answer>
                {usage.length === 0 ? null : (
                  <>
                    <Heading>{text.overview.days}</Heading>
                    <Suspense fallback={<Skeleton />}>
                      <DayChart days={usage} />
                    </Suspense>
                  </>
                )}
              </>
            )}
          </Answer>
        )}
      </Answer>
    </Page>
  );
}

function Numbers({
  wallet,
  days,
  keys,
}: {
  readonly wallet: Wallet;
  readonly days: readonly UsageDay[];
  readonly keys: readonly Key[];
}) {
  const today = days.find(({ day }) => day === new Date().toISOString().slice(0, 10));
  const limited = keys.filter(({ disabled, requests_remaining: left }) => !disabled && left !== null);
  const left = limited.reduce((sum, { requests_remaining: each }) => sum + (each ?? 0), 0);
  return (
    <Figures
      of={[
        [
          text.overview.dollars,
          <Money key="left" usd={wallet.balance_usd} />,
          text.overview.held(money(wallet.held_usd)),
        ],
        [text.overview.requestsLeft, limited.length === 0 ? text.unlimited : count(left)],
        [text.overview.spentToday, <Money key="today" usd={today?.charge_usd ?? '0'} />],
        [text.overview.requestsToday, count(today?.requests ?? 0)],
        [text.overview.failedToday, count(today?.failed ?? 0)],
      ]}
    />
  );
}

function FirstRequest() {
  return (
    <Empty title={text.overview.emptyTitle} words={text.overview.empty} code={curlFor('sandbox/echo')}>
      <Link to={links.keys} className="button is-first">
        {text.overview.makeKey}
      </Link>
    </Empty>
  );
}

function Limits({ keys }: { readonly keys: readonly Key[] }) {
  const limited = keys.filter(
    ({ disabled, limit, requests_limit: requests }) => !disabled && (limit !== null || requests !== null),
  );
  return (
    <section>
      <Heading>{text.overview.limits}</Heading>
      {limited.length === 0 ? (
        <p className="text-quiet">
          {text.overview.noLimits} <Link to={links.keys}>{text.overview.setLimits}</Link>
        </p>
      ) : (
        <>
          <p className="mb-4 text-sm text-quiet">{text.overview.limitsHint}</p>
          <ul className="grid gap-x-12 gap-y-6 sm:grid-cols-2 xl:grid-cols-3">
            {limited.map((key) => (
              <li key={key.hash}>
                <p className="mb-1 truncate font-semibold">{key.name}</p>
                <TwoLimits of={key} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
