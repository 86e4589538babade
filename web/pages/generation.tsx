import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { askData } from '../api.ts';
import { count, exactMoney, milliseconds } from '../format.ts';
import { outside } from '../links.ts';
import { EndingMark } from '../parts/ending.tsx';
import { Heads } from '../parts/heads.tsx';
import { Figures, Heading, Moment, Money, Page, Scroll } from '../parts/page.tsx';
import { Answer } from '../parts/query-state.tsx';
import type { Explained } from '../shapes.ts';
import { text } from '../text/english.ts';

/** Every step and every cent of one generation. */
export function Generation() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const shown = useQuery({
    queryKey: ['generation', id],
    queryFn: () => askData<Explained>(`/api/v1/generations/${encodeURIComponent(id)}`),
  });
  return (
    <Page title={text.generation.title}>
      <p className="id -mt-3 mb-6 text-quiet">{id}</p>
      <Answer of={shown}>
        {(explained) => (
          <>
            <Numbers of={explained} />
            <Heading>{text.generation.timeline}</Heading>
            <Timeline of={explained} />
            <Heading>{text.generation.cents}</Heading>
            <Cents of={explained} />
            <Heading>{text.generation.plan}</Heading>
            <Plan of={explained} />
            <Heading>{text.generation.facts}</Heading>
            <Facts of={explained} />
          </>
        )}
      </Answer>
    </Page>
  );
}

function Numbers({ of }: { readonly of: Explained }) {
  const answering = of.attempts.findLast(({ verdict }) => verdict === 'answered');
  const input = ['input', 'cached_input', 'cache_write_5m', 'cache_write_1h'].reduce(
    (sum, unit) => sum + (of.usage[unit] ?? 0),
    0,
  );
  const sources = text.generation.source as Readonly<Record<string, string>>;
  return (
    <Figures
      of={[
        [text.generation.charge, <Money key="charge" usd={of.charge_usd} />],
        [text.generation.answered, answering ? answering.provider : text.generation.nobody, answering?.region],
        [
          text.generation.took,
          milliseconds(of.duration_ms),
          of.first_content_ms === null ? null : text.generation.first(milliseconds(of.first_content_ms)),
        ],
        [text.generation.tokens, `${count(input)}, ${count(of.usage.output ?? 0)}`, sources[of.usage_source]],
      ]}
    />
  );
}

/** One bar for each attempt, from when it began to when it ended, over the time of the whole. */
function Timeline({ of }: { readonly of: Explained }) {
  const whole = Math.max(
    of.duration_ms,
    1,
    of.attempts.reduce((sum, { ms }) => sum + ms, 0),
  );
  let began = 0;
  const rows = of.attempts.map((attempt) => {
    const from = began;
    began += attempt.ms;
    return { ...attempt, from };
  });
  return (
    <ol className="grid max-w-4xl gap-4">
      {rows.map(({ endpoint, region, status, verdict, ms, from }, index) => {
        const isAnswer = verdict === 'answered';
        const end = isAnswer ? whole : from + ms;
        return (
          <li key={`${endpoint} ${from}`} className="grid gap-x-4 gap-y-1 md:grid-cols-[260px_1fr]">
            <div className="text-sm">
              <span className="font-semibold">{text.generation.attempt(index + 1)}</span>{' '}
              <span className="id block">{endpoint}</span>
              <span className={`state ${isAnswer ? 'is-fine' : 'is-stop'}`}>{verdict.replaceAll('-', ' ')}</span>{' '}
              <span className="text-quiet">
                {status === 0 ? '' : `${status} · `}
                {region} · {milliseconds(ms)}
              </span>
            </div>
            <div className="track self-center" aria-hidden="true">
              <span
                className={`absolute inset-y-0 rounded-sm ${isAnswer ? 'bg-accent' : 'bg-stop'}`}
                style={{ left: `${(from / whole) * 100}%`, width: `max(3px, ${((end - from) / whole) * 100}%)` }}
              />
              {isAnswer && of.first_content_ms !== null ? (
                <span
                  className="absolute inset-y-0 w-0.5 bg-paper"
                  style={{ left: `${Math.min(100, (of.first_content_ms / whole) * 100)}%` }}
                />
              ) : null}
            </div>
          </li>
        );
      })}
      <li className="text-sm">
        <EndingMark of={of.end_reason} /> <Moment at={of.created_at} />
      </li>
    </ol>
  );
}

function Cents({ of }: { readonly of: Explained }) {
  const sum = (name: string, usd: string) => (
    <tr>
      <th scope="row" colSpan={3}>
        {name}
      </th>
      <td className="number id">${exactMoney(usd)}</td>
    </tr>
  );
  return (
    <>
      {of.charge_lines.length === 0 ? <p className="mb-2">{text.generation.free}</p> : null}
      <Scroll label={text.generation.cents}>
        <table className="table max-w-3xl">
          <thead>
            <tr>
              <th scope="col">{text.generation.unit}</th>
              <Heads of={[text.generation.number, text.generation.price, text.generation.amount]} isNumber />
            </tr>
          </thead>
          <tbody>
            {of.charge_lines.map(({ unit, count: units, price_usd: price, amount_usd: amount }) => (
              <tr key={unit}>
                <th scope="row">{unit.replaceAll('_', ' ')}</th>
                <td className="number">{count(units)}</td>
                <td className="number id">{perMillion(price)}</td>
                <td className="number id">${amount}</td>
              </tr>
            ))}
            {sum(text.generation.sum, of.charge_usd)}
            {/[1-9]/.test(of.refunded_usd) ? sum(text.generation.refunded, of.refunded_usd) : null}
          </tbody>
        </table>
      </Scroll>
      <p className="mt-2 text-sm text-quiet">
        {text.generation.hold}: <Money usd={of.hold_usd} /> · <a href={outside.charges}>{text.generation.whoPays}</a>
      </p>
    </>
  );
}

/** A price of one, in dollars, as the price of a million of them. */
function perMillion(price: string): string {
  const value = Number(price) * 1_000_000;
  return `$${value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`;
}

function Plan({ of }: { readonly of: Explained }) {
  const rows = [
    ...of.plan.map((each) => ({ ...each, isLeftOut: false })),
    ...of.excluded.map((each) => ({ ...each, isLeftOut: true })),
  ];
  return (
    <Scroll label={text.generation.plan}>
      <table className="table max-w-3xl">
        <thead>
          <tr>
            <th scope="col">{text.activity.endpoint}</th>
            <th scope="col">{text.generation.why}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ endpoint, why, isLeftOut }, index) => (
            <tr key={`${endpoint} ${why}`}>
              <th scope="row" className="id font-normal">
                {isLeftOut ? '' : `${index + 1}. `}
                {endpoint}
              </th>
              <td>
                {isLeftOut ? <span className="state is-warn mr-2">{text.generation.excluded}</span> : null}
                {why.replaceAll('-', ' ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Facts({ of }: { readonly of: Explained }) {
  const facts: readonly (readonly [string, string])[] = [
    [text.generation.surface, of.surface],
    [text.generation.streamed, of.stream ? text.generation.yes : text.generation.no],
    [text.generation.ending, text.endings[of.end_reason] ?? of.end_reason],
    [text.generation.owed, of.attribution],
    [text.generation.priceVersion, of.price_version ?? text.none],
    ...(of.dropped.length === 0 ? [] : [[text.generation.dropped, of.dropped.map(String).join(', ')] as const]),
  ];
  return (
    <dl className="grid max-w-3xl grid-cols-[minmax(0,12rem)_1fr] gap-x-4 gap-y-1 text-sm">
      {facts.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="font-normal text-quiet">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
