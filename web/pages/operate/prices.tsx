import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ask, askData } from '../../api.ts';
import { count } from '../../format.ts';
import { DayChart } from '../../parts/day-chart.tsx';
import { Field } from '../../parts/field.tsx';
import { Markup } from '../../parts/markup.tsx';
import { OperateFrame, useCanOperate } from '../../parts/operate-frame.tsx';
import { Empty, Figures, Heading, Money } from '../../parts/page.tsx';
import { Popup } from '../../parts/popup.tsx';
import { Proved } from '../../parts/proved.tsx';
import { Answer } from '../../parts/query-state.tsx';
import { Table } from '../../parts/table.tsx';
import type { Margin, OperatedModel, OperatedUpstream } from '../../shapes.ts';
import { text } from '../../text/english.ts';
import { operateText } from '../../text/operate.ts';

const operator = '/api/v1/operator';
const words = operateText;
const zero = { requests: 0, charged_usd: '0', cost_usd: '0', margin_usd: '0', margin_percent: null };

/** What endpoints cost, what customers pay, and what is left of it. */
export function OperatePrices() {
  const queries = useQueryClient();
  const margin = useQuery({
    queryKey: ['operator', 'margin'],
    queryFn: () => askData<Margin>(`${operator}/margin?days=30`),
    refetchInterval: 5_000,
  });
  const upstreams = useQuery({
    queryKey: ['operator', 'upstreams'],
    queryFn: () => askData<readonly OperatedUpstream[]>(`${operator}/upstreams`),
  });
  const [priced, setPriced] = useState<OperatedModel>();
  const close = () => {
    setPriced(undefined);
    for (const name of ['operator', 'offer']) void queries.invalidateQueries({ queryKey: [name] });
  };
  return (
    <OperateFrame title={words.pricesTitle}>
      <Answer of={margin}>{(all) => <MarginOverTime of={all} />}</Answer>
      <Heading>{words.byEndpoint}</Heading>
      <Answer of={upstreams}>{(all) => <PriceTable of={all} margin={margin.data} onPrice={setPriced} />}</Answer>
      <p className="mt-3 max-w-3xl text-xs text-quiet">{words.pricesHint}</p>
      <Markup />
      {priced ? <SetPrice of={priced} onClose={close} /> : null}
    </OperateFrame>
  );
}

function MarginOverTime({ of: { total, days } }: { readonly of: Margin }) {
  return (
    <>
      <Figures
        of={[
          [
            words.margin,
            <Money key="margin" usd={total.margin_usd} />,
            total.margin_percent === null ? words.last30 : words.ofCharged(total.margin_percent),
          ],
          [words.charged, <Money key="charged" usd={total.charged_usd} />, words.requests(count(total.requests))],
          [words.cost, <Money key="cost" usd={total.cost_usd} />],
        ]}
      />
      <DayChart
        caption={words.marginByDay}
        amount={words.margin}
        days={days.map(({ day, requests, margin_usd: usd }) => ({ day, requests, charge_usd: usd }))}
      />
    </>
  );
}

type PriceTableProps = {
  readonly of: readonly OperatedUpstream[];
  readonly margin: Margin | undefined;
  readonly onPrice: (model: OperatedModel) => void;
};

function PriceTable({ of: upstreams, margin, onPrice }: PriceTableProps) {
  const mayPrice = useCanOperate('operate.prices');
  const sums = new Map(margin?.endpoints.map((each) => [each.endpoint, each]));
  const models = upstreams.flatMap((upstream) => upstream.models);
  const rows = models
    .map((model) => ({ model, sum: sums.get(model.id) ?? zero }))
    .toSorted((left, right) => Number(right.sum.charged_usd) - Number(left.sum.charged_usd))
    .slice(0, 200);
  if (rows.length === 0) {
    return <Empty title={words.noUpstreams} words={words.noUpstreamsHint} code={words.addCode} />;
  }
  return (
    <Table
      label={words.byEndpoint}
      heads={[text.models.endpoint]}
      numbers={[words.costIn, words.costOut, words.payIn, words.payOut, words.charged, words.cost, words.margin]}
      last={text.keys.actions}
    >
      {rows.map(({ model, sum }) => {
        const why = whyNot(model, mayPrice);
        return (
          <tr key={model.id}>
            <th scope="row" className="id font-normal">
              {model.id}
            </th>
            <td className="number">{dollars(model.cost.input)}</td>
            <td className="number">{dollars(model.cost.output)}</td>
            <td className="number">{dollars(model.price.input)}</td>
            <td className="number">{dollars(model.price.output)}</td>
            <td className="number">
              <Money usd={sum.charged_usd} />
            </td>
            <td className="number">
              <Money usd={sum.cost_usd} />
            </td>
            <td className="number">
              <Money usd={sum.margin_usd} />
            </td>
            <td>
              <button
                type="button"
                className="button"
                disabled={why !== undefined}
                title={why}
                aria-label={`${words.setPrice}: ${model.id}`}
                onClick={() => onPrice(model)}
              >
                {words.setPrice}
              </button>
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

function whyNot({ id, price_decided_by: place }: OperatedModel, mayPrice: boolean): string | undefined {
  if (!mayPrice) return words.mayNot;
  if (place !== null) return words.decidedAt(place);
  return id.endsWith('@sandbox') ? words.sandboxPrice : undefined;
}

function SetPrice({ of: model, onClose }: { readonly of: OperatedModel; readonly onClose: () => void }) {
  const [input, setInput] = useState(String(model.cost.input ?? ''));
  const [output, setOutput] = useState(String(model.cost.output ?? ''));
  const [since, setSince] = useState('');
  const work = () =>
    ask(`${operator}/prices`, {
      method: 'POST',
      body: { endpoint: model.id, price: { input, output }, ...(since === '' ? {} : { since }) },
    });
  return (
    <Popup title={words.setPriceTitle(model.id)} isOpen onClose={onClose}>
      <Proved button={words.setPrice} onClose={onClose} work={work}>
        <p>{words.setPriceText}</p>
        <Field
          label={words.input}
          inputMode="decimal"
          required
          value={input}
          onChange={({ target }) => setInput(target.value)}
        />
        <Field
          label={words.output}
          inputMode="decimal"
          required
          value={output}
          onChange={({ target }) => setOutput(target.value)}
        />
        <Field
          label={words.since}
          hint={words.sinceHint}
          type="date"
          value={since}
          onChange={({ target }) => setSince(target.value)}
        />
      </Proved>
    </Popup>
  );
}

function dollars(decimal: unknown): string {
  if (typeof decimal !== 'string') return text.none;
  const [whole, places = ''] = decimal.split('.');
  return `$${whole}.${places.padEnd(2, '0')}`;
}
