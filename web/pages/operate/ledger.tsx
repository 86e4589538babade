import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { askData } from '../../api.ts';
import { count } from '../../format.ts';
import { Choice } from '../../parts/field.tsx';
import { OperateFrame } from '../../parts/operate-frame.tsx';
import { Figures, Heading, Moment, Money } from '../../parts/page.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import type { BillDay, OperatedUpstream, Reconciliation, TrialBalance } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const operator = '/api/v1/operator';
const words = operateText;

/** Whether the books are right, what has not come to its end, and where providers bill something else. */
export function OperateLedger() {
  const balance = useQuery({
    queryKey: ['operator', 'ledger'],
    queryFn: () => askData<TrialBalance>(`${operator}/ledger`),
  });
  const check = useQuery({
    queryKey: ['operator', 'books'],
    queryFn: () => askData<{ readonly ok: boolean; readonly transfers: number }>(`${operator}/ledger/check`),
  });
  const last = useQuery({
    queryKey: ['operator', 'reconciliation'],
    queryFn: () => askData<Reconciliation | null>(`${operator}/ledger/reconciliation`),
  });
  return (
    <OperateFrame title={words.ledger}>
      <Answer of={check}>
        {({ ok, transfers }) => (
          <Figures
            of={[
              [words.books, ok ? words.right : words.wrong, words.transfers(count(transfers))],
              [words.trialBalance, balance.data ? (balance.data.ok ? words.right : words.wrong) : text.none],
            ]}
          />
        )}
      </Answer>
      <Heading>{words.trialBalance}</Heading>
      <Answer of={balance}>{(all) => <BalanceTable of={all} />}</Answer>
      <Heading>{words.unresolved}</Heading>
      <Answer of={last}>{(report) => <LastLook of={report} />}</Answer>
      <Bills />
    </OperateFrame>
  );
}

function BalanceTable({ of: { accounts } }: { readonly of: TrialBalance }) {
  if (accounts.length === 0) return <p className="text-quiet">{words.noTransfers}</p>;
  return (
    <Table label={words.trialBalance} heads={[words.account]} numbers={[words.accounts, words.debit, words.credit]}>
      {accounts.map(({ kind, currency, accounts: of, debit, credit }) => (
        <tr key={`${kind} ${currency}`}>
          <th scope="row">
            {kind} <span className="font-normal text-quiet">{currency}</span>
          </th>
          <td className="number">{count(of)}</td>
          <td className="number id">{debit}</td>
          <td className="number id">{credit}</td>
        </tr>
      ))}
    </Table>
  );
}

function LastLook({ of: last }: { readonly of: Reconciliation | null }) {
  if (!last) return <p className="text-quiet">{words.noLook}</p>;
  const { unresolved, problems } = last.report;
  return (
    <>
      <p className="mb-3">
        <span className={`state ${last.ok ? 'is-fine' : 'is-stop'}`}>{last.ok ? words.right : words.wrong}</span>{' '}
        <span className="text-quiet">
          {words.looked} <Moment at={last.at} />
        </span>
      </p>
      {problems.length === 0 ? null : (
        <ul className="mb-3 grid gap-1">
          {problems.map((each) => (
            <li key={each} className="state is-stop whitespace-normal!">
              {each}
            </li>
          ))}
        </ul>
      )}
      {unresolved.length === 0 ? (
        <p className="text-quiet">{words.nothingUnresolved}</p>
      ) : (
        <Table label={words.unresolved} heads={[words.what]} numbers={[words.amount, words.waits]}>
          {unresolved.map(({ what, amount_usd: usd, hours }) => (
            <tr key={what}>
              <th scope="row" className="id font-normal">
                {what}
              </th>
              <td className="number">
                <Money usd={usd} />
              </td>
              <td className="number">{words.hours(hours)}</td>
            </tr>
          ))}
        </Table>
      )}
    </>
  );
}

/** What a provider's bill says beside what our books say. */
function Bills() {
  const upstreams = useQuery({
    queryKey: ['operator', 'upstreams'],
    queryFn: () => askData<readonly OperatedUpstream[]>(`${operator}/upstreams`),
  });
  const [chosen, setChosen] = useState('');
  const names = upstreams.data?.map(({ name }) => name) ?? [];
  const upstream = chosen || names[0];
  const days = useQuery({
    queryKey: ['operator', 'bill', upstream],
    enabled: upstream !== undefined,
    queryFn: () => askData<readonly BillDay[]>(`${operator}/ledger/bills/${encodeURIComponent(upstream ?? '')}`),
  });
  return (
    <section>
      <Heading>{words.bills}</Heading>
      {upstream === undefined ? null : (
        <div className="mb-4 max-w-xs">
          <Choice
            label={words.upstream}
            choices={Object.fromEntries(names.map((name) => [name, name]))}
            value={upstream}
            onChange={({ target }) => setChosen(target.value)}
          />
        </div>
      )}
      <Answer of={upstream === undefined ? { ...days, data: [] } : days}>
        {(rows) =>
          rows.length === 0 ? (
            <p className="max-w-3xl text-quiet">{words.noBills}</p>
          ) : (
            <Table
              label={words.bills}
              heads={[text.overview.day, text.activity.model]}
              numbers={[words.ours, words.theirs, words.difference]}
            >
              {rows.map((row) => (
                <tr key={`${row.day} ${row.model}`}>
                  <th scope="row" className="font-normal">
                    {row.day}
                  </th>
                  <td className="id">{row.model}</td>
                  <td className="number">
                    <Money usd={row.ours_usd} />
                  </td>
                  <td className="number">
                    <Money usd={row.theirs_usd} />
                  </td>
                  <td className="number">
                    <Money usd={row.difference_usd} />
                  </td>
                </tr>
              ))}
            </Table>
          )
        }
      </Answer>
    </section>
  );
}
