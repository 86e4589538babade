import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { ask, askData, download } from '../api.ts';
import { useCan } from '../can.ts';
import { exactMoney } from '../format.ts';
import { AutoTopUp } from '../parts/auto-top-up.tsx';
import { Field } from '../parts/field.tsx';
import { Older } from '../parts/older.tsx';
import { Empty, Figures, Heading, Moment, Money, Page, Scroll } from '../parts/page.tsx';
import { Answer, FaultView, Refusal, Skeleton } from '../parts/query-state.tsx';
import { useSend } from '../parts/use-send.ts';
import type { Entry, Invoice, Wallet as WalletShape } from '../shapes.ts';
import { text } from '../text/english.ts';

/** What is there, how more comes in, and every entry. */
export function Wallet() {
  const wallet = useQuery({ queryKey: ['wallet'], queryFn: () => askData<WalletShape>('/api/v1/wallet') });
  const mayPay = useCan('wallet.pay');
  return (
    <Page title={text.wallet.title}>
      <Answer of={wallet}>
        {({ balance_usd: balance, held_usd: held, spent_usd: spent }) => (
          <Figures
            of={[
              [text.wallet.balance, <Money key="balance" usd={balance} />],
              [text.wallet.held, <Money key="held" usd={held} />],
              [text.wallet.spent, <Money key="spent" usd={spent} />],
            ]}
          />
        )}
      </Answer>
      {mayPay ? (
        <div className="grid max-w-3xl gap-x-12 gap-y-6 sm:grid-cols-2">
          <TopUp />
          <Redeem />
          <AutoTopUp />
        </div>
      ) : (
        <p className="text-sm text-quiet">{text.wallet.mayNot}</p>
      )}
      <Heading>{text.wallet.statement}</Heading>
      <Statement />
      {mayPay ? <Invoices /> : null}
    </Page>
  );
}

function TopUp() {
  const [error, setError] = useState<unknown>();
  const [wrong, setWrong] = useState<string>();
  const pay = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const amount = String(form.get('amount')).trim().replace(/^\$/, '');
    const isAmount = /^[1-9]\d{0,5}(\.\d{1,2})?$/.test(amount);
    setWrong(isAmount ? undefined : text.wallet.badUsd);
    if (!isAmount) return;
    try {
      const { url } = await askData<{ readonly url: string }>('/api/v1/credits/checkout', {
        method: 'POST',
        body: { amount, keep_card: form.get('keep') === 'on' },
      });
      location.assign(url);
    } catch (thrown) {
      setError(thrown);
    }
  };
  return (
    <form className="grid content-start gap-3" noValidate onSubmit={(event) => void pay(event)}>
      <h2 className="text-lg">{text.wallet.topUp}</h2>
      <Field label={text.wallet.amount} name="amount" inputMode="decimal" hint={text.wallet.topUpHint} wrong={wrong} />
      <label className="flex items-center gap-2">
        <input type="checkbox" name="keep" />
        <span>{text.wallet.keepCard}</span>
      </label>
      <Refusal error={error} />
      <button type="submit" className="button is-first justify-self-start">
        {text.wallet.pay}
      </button>
    </form>
  );
}

function Redeem() {
  const queries = useQueryClient();
  const [error, setError] = useState<unknown>();
  const [isDone, setDone] = useState(false);
  const redeem = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    setError(undefined);
    try {
      await ask('/api/v1/credits/redeem', {
        method: 'POST',
        body: { code: String(new FormData(form).get('code')).trim() },
      });
      form.reset();
      setDone(true);
      await Promise.all(['wallet', 'statement'].map((name) => queries.invalidateQueries({ queryKey: [name] })));
    } catch (thrown) {
      setDone(false);
      setError(thrown);
    }
  };
  return (
    <form className="grid content-start gap-3" onSubmit={(event) => void redeem(event)}>
      <h2 className="text-lg">{text.wallet.code}</h2>
      <Field label={text.wallet.code} name="code" autoComplete="off" required maxLength={100} />
      <Refusal error={error} />
      <p role="status" className={isDone ? 'state is-fine whitespace-normal!' : 'sr-only'}>
        {isDone ? text.wallet.redeemed : ''}
      </p>
      <button type="submit" className="button justify-self-start">
        {text.wallet.redeem}
      </button>
    </form>
  );
}

type Part = { readonly entries: readonly Entry[]; readonly next: number | null };

function Statement() {
  const parts = useInfiniteQuery({
    queryKey: ['statement'],
    queryFn: ({ pageParam }) =>
      askData<Part>(`/api/v1/wallet/statement?limit=50${pageParam === 0 ? '' : `&before=${pageParam}`}`),
    initialPageParam: 0,
    getNextPageParam: ({ next }) => next,
  });
  if (parts.error && !parts.data) return <FaultView error={parts.error} onAgain={() => void parts.refetch()} />;
  const all = parts.data?.pages.flatMap(({ entries }) => entries);
  if (all === undefined) return <Skeleton />;
  if (all.length === 0)
    return (
      <Empty title={text.wallet.statement} words={text.wallet.empty} code="bin/fairlead wallet credit --usd 5.00" />
    );
  return (
    <>
      <Scroll label={text.wallet.statement}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{text.wallet.when}</th>
              <th scope="col">{text.wallet.kind}</th>
              <th scope="col">{text.wallet.reference}</th>
              <th scope="col" className="number">
                {text.wallet.change}
              </th>
              <th scope="col" className="number">
                {text.wallet.after}
              </th>
            </tr>
          </thead>
          <tbody>
            {all.map(({ entry, at, kind, reference, amount, balance }) => (
              <tr key={entry}>
                <td>
                  <Moment at={at} />
                </td>
                <td>{text.wallet.kinds[kind] ?? kind.replaceAll('-', ' ')}</td>
                <td className="id text-xs">{reference ?? text.none}</td>
                <td className="number id">{signed(amount)}</td>
                <td className="number id">{exactMoney(balance)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <Older of={parts} />
    </>
  );
}

/** Statements show every nano-dollar, and which way it went. */
function signed(amount: string): string {
  return amount.startsWith('-') ? `−${exactMoney(amount.slice(1))}` : `+${exactMoney(amount)}`;
}

function Invoices() {
  const { error, send } = useSend();
  const invoices = useQuery({
    queryKey: ['invoices'],
    queryFn: () => askData<readonly Invoice[]>('/api/v1/credits/invoices'),
  });
  return (
    <section>
      <Heading>{text.wallet.invoices}</Heading>
      <Refusal error={error} />
      <Answer of={invoices}>
        {(all) =>
          all.length === 0 ? (
            <p className="text-quiet">{text.wallet.noInvoices}</p>
          ) : (
            <ul className="grid gap-2">
              {all.map(({ number, at, amount_usd: amount }) => (
                <li key={number} className="flex flex-wrap gap-4">
                  <button
                    type="button"
                    className="button"
                    onClick={() =>
                      void send(() => download(`/api/v1/credits/invoices/${number}.pdf`, `invoice-${number}.pdf`))
                    }
                  >
                    {text.wallet.download(number)}
                  </button>
                  <Moment at={at} />
                  <Money usd={amount} />
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </section>
  );
}
