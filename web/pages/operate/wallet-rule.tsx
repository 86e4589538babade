import { useQuery } from '@tanstack/react-query';
import { askData } from '../../api.ts';
import { count, exactMoney } from '../../format.ts';
import { OperateFrame } from '../../parts/operate-frame.tsx';
import { Empty, Figures, Heading, Moment, Money } from '../../parts/page.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import type { OperatedWalletRule } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const words = operateText;

/** What a token is worth a day, and which workspaces live by one. */
export function OperateWalletRule() {
  const shown = useQuery({
    queryKey: ['operator', 'wallet-rule'],
    queryFn: () => askData<OperatedWalletRule>('/api/v1/operator/wallet-rule'),
    refetchInterval: 30_000,
  });
  return (
    <OperateFrame title={words.walletRule}>
      <Answer of={shown}>
        {({ rule, workspaces }) =>
          rule === null ? (
            <Empty title={words.noWalletRule} words={words.noWalletRuleHint} code={words.walletRuleCode} />
          ) : (
            <>
              <Figures
                of={[
                  [words.backed, count(workspaces.length)],
                  [words.perToken, words.perTokenIs(String(rule.requests_per_token), exactMoney(rule.usd_per_token))],
                ]}
              />
              <Rule of={rule} />
              <Heading>{words.backed}</Heading>
              {workspaces.length === 0 ? (
                <p className="text-quiet">{words.noBacked}</p>
              ) : (
                <BackedTable of={workspaces} />
              )}
            </>
          )
        }
      </Answer>
    </OperateFrame>
  );
}

function Rule({ of: rule }: { readonly of: NonNullable<OperatedWalletRule['rule']> }) {
  const rows = [
    [words.tokenAt, `${rule.token} ${words.chain(rule.chain_id)}`],
    [words.mostADay, words.perTokenIs(count(rule.requests_max), exactMoney(rule.usd_max))],
    [words.readEvery, words.readEveryIs(rule.refresh_minutes, rule.stale_hours)],
  ] as const;
  return (
    <>
      <dl className="grid max-w-3xl gap-x-6 gap-y-2 sm:grid-cols-[10rem_1fr]">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="font-normal text-quiet">{name}</dt>
            <dd className="break-all">{value}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-3 text-xs text-quiet">{words.walletRuleHint}</p>
    </>
  );
}

function BackedTable({ of: workspaces }: { readonly of: OperatedWalletRule['workspaces'] }) {
  return (
    <Table
      label={words.backed}
      heads={[text.workspace, words.readAt]}
      numbers={[words.balance, words.requestsADay, words.usdADay]}
    >
      {workspaces.map(({ id, name, balance, requests, usd, stale, read_at: at }) => (
        <tr key={id}>
          <th scope="row">{name ?? id}</th>
          <td>
            {at === null ? text.none : <Moment at={at} />}
            {stale ? <span className="state is-warn ml-2">{words.isStale}</span> : null}
          </td>
          <td className="number">{balance ?? text.none}</td>
          <td className="number">{count(requests)}</td>
          <td className="number">
            <Money usd={usd} />
          </td>
        </tr>
      ))}
    </Table>
  );
}
