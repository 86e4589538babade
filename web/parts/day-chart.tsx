import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { count, money } from '../format.ts';
import { text } from '../text/english.ts';

const height = 180;

type Day = { readonly day: string; readonly requests: number; readonly charge_usd: string };

type DayChartProps = {
  readonly days: readonly Day[];
  /** What the dollars are, where they are not what was spent. */
  readonly caption?: string;
  readonly amount?: string;
};

/** Dollars per day as bars from zero; who cannot see them gets the same as a table. */
export function DayChart({ days, caption = text.overview.chart, amount = text.overview.spent }: DayChartProps) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const make = () => draw(element, days);
    let chart = make();
    const redraw = () => {
      chart.destroy();
      chart = make();
    };
    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', redraw);
    const watch = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      dark.removeEventListener('change', redraw);
      chart.destroy();
    };
  }, [days]);
  return (
    <figure>
      <figcaption className="mb-2 text-sm text-quiet">{caption}</figcaption>
      <div ref={place} aria-hidden="true" className="max-w-4xl overflow-hidden" />
      <table className="sr-only">
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">{text.overview.day}</th>
            <th scope="col">{text.overview.requests}</th>
            <th scope="col">{amount}</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, requests, charge_usd: charge }) => (
            <tr key={day}>
              <th scope="row">{day}</th>
              <td>{count(requests)}</td>
              <td>{money(charge)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

const daySeconds = 86_400;

function draw(element: HTMLElement, days: readonly Day[]): uPlot {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const byDay = new Map(days.map((each) => [each.day, Number(each.charge_usd)]));
  const today = Math.floor(Date.now() / 1_000 / daySeconds) * daySeconds;
  const xs = Array.from({ length: 30 }, (_, index) => today - (29 - index) * daySeconds);
  const ys = xs.map((x) => byDay.get(new Date(x * 1_000).toISOString().slice(0, 10)) ?? 0);
  const axis = { stroke: colour('--quiet'), font: `12px ${style.getPropertyValue('--sans')}`, ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.6, 24] });
  return new uPlot(
    {
      width: element.clientWidth,
      height,
      legend: { show: false },
      cursor: { show: false },
      tzDate: (at) => uPlot.tzDate(new Date(at * 1_000), 'UTC'),
      scales: {
        y: { range: (_chart, low, high) => [Math.min(0, low * 1.1), high > 0 ? high * 1.1 : low < 0 ? 0 : 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          values: (_chart, splits) => splits.map((at) => new Date(at * 1_000).toISOString().slice(5, 10)),
        },
        {
          ...axis,
          size: 72,
          grid: { stroke: colour('--line'), width: 1 },
          values: (_chart, splits) => splits.map((usd) => money(usd)),
        },
      ],
      series: [
        {},
        {
          fill: colour('--accent'),
          stroke: colour('--accent'),
          width: 0,
          ...(bars ? { paths: bars } : {}),
          points: { show: false },
        },
      ],
    },
    [xs, ys],
    element,
  );
}
