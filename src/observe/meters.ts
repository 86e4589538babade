import type { Counter, Gauge, Registry } from 'prom-client';
import { ContentClock, contentStages } from './content-clock.ts';

/** Counts that requests bump: plain numbers, so that a request pays nanoseconds for them. */
export type Meters = {
  generationEnded(ended: EndedGeneration): void;
  attemptFailed(upstream: string, verdict: string): void;
  /** Whole delivery: kept back to its end, or too long for that. */
  answerHeld(outcome: 'whole' | 'too-long'): void;
  /** An answer that did not keep to its limit. */
  stoppedAtLimit(upstream: string): void;
  /** An endpoint gets no more requests. */
  wentOut(endpoint: string, why: string): void;
  refused(fault: string): void;
  alarmed(alarm: string): void;
  /** How long content lives, by stage. */
  readonly content: ContentClock;
};

export type EndedGeneration = {
  readonly endReason: string;
  readonly attribution: string;
  readonly upstream: string;
  readonly usage: { readonly input: number; readonly output: number };
};

/** What is looked at when somebody asks, instead of being counted. */
export type Gauges = Readonly<Record<string, { readonly help: string; readonly read: () => number }>>;

/** What one process of a tree has counted, and what its gauges show. */
export type MeterReading = {
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly gauges: Readonly<Record<string, number>>;
};

/** Every metric and its labels: closed words and names from the configuration. The inventory classifies them. */
export const metricLabels = {
  fairlead_generations_total: ['end_reason', 'attribution', 'upstream'],
  fairlead_input_tokens_total: ['upstream'],
  fairlead_output_tokens_total: ['upstream'],
  fairlead_attempts_failed_total: ['upstream', 'verdict'],
  fairlead_answers_held_total: ['outcome'],
  fairlead_stopped_at_limit_total: ['upstream'],
  fairlead_endpoint_outages_total: ['endpoint', 'why'],
  fairlead_refusals_total: ['fault'],
  fairlead_alarms_total: ['alarm'],
  fairlead_content_byte_seconds_total: ['stage'],
} as const;

type MetricName = keyof typeof metricLabels;
// A parser of our own table's names.
const metricNames = Object.keys(metricLabels) as MetricName[];
const byteSeconds = 'fairlead_content_byte_seconds_total';

export function addReadings(readings: readonly MeterReading[]): MeterReading {
  const counts = new Map<string, Map<string, number>>();
  const gauges: Record<string, number> = {};
  for (const reading of readings) {
    for (const [name, series] of reading.counts) {
      const sums = counts.get(name) ?? new Map<string, number>();
      counts.set(name, sums);
      for (const [labels, count] of series) sums.set(labels, (sums.get(labels) ?? 0) + count);
    }
    for (const [name, value] of Object.entries(reading.gauges)) gauges[name] = (gauges[name] ?? 0) + value;
  }
  return { counts, gauges };
}

/** Label values come from closed sets; this bound holds should one of them not be closed. */
const seriesMax = 2_000;

export class MeterBoard implements Meters {
  readonly #counts = new Map<MetricName, Map<string, number>>();
  readonly #gauges: Gauges;
  readonly content = new ContentClock();

  constructor(gauges: Gauges) {
    this.#gauges = gauges;
  }

  generationEnded({ endReason, attribution, upstream, usage }: EndedGeneration): void {
    this.#add('fairlead_generations_total', `${endReason}\0${attribution}\0${upstream}`, 1);
    this.#add('fairlead_input_tokens_total', upstream, usage.input);
    this.#add('fairlead_output_tokens_total', upstream, usage.output);
  }

  attemptFailed(upstream: string, verdict: string): void {
    this.#add('fairlead_attempts_failed_total', `${upstream}\0${verdict}`, 1);
  }

  answerHeld(outcome: 'whole' | 'too-long'): void {
    this.#add('fairlead_answers_held_total', outcome, 1);
  }

  stoppedAtLimit(upstream: string): void {
    this.#add('fairlead_stopped_at_limit_total', upstream, 1);
  }

  wentOut(endpoint: string, why: string): void {
    this.#add('fairlead_endpoint_outages_total', `${endpoint}\0${why}`, 1);
  }

  refused(fault: string): void {
    this.#add('fairlead_refusals_total', fault, 1);
  }

  alarmed(alarm: string): void {
    this.#add('fairlead_alarms_total', alarm, 1);
  }

  reading(): MeterReading {
    const lived = new Map(contentStages.map((stage) => [stage, this.content.byteSeconds(stage)]));
    return {
      counts: new Map<string, ReadonlyMap<string, number>>([...this.#counts, [byteSeconds, lived]]),
      gauges: Object.fromEntries(Object.entries(this.#gauges).map(([name, { read }]) => [name, read()])),
    };
  }

  /** The Prometheus text, of all processes of a tree together; the library that writes it is loaded by the first who asks. */
  async expose(others: readonly MeterReading[]): Promise<{ readonly type: string; readonly text: string }> {
    const { Counter, Gauge, Registry } = await import('prom-client');
    const registry = new Registry();
    const { counts, gauges } = addReadings([this.reading(), ...others]);
    for (const name of metricNames) {
      const series = counts.get(name);
      if (series) exposeCounter(new Counter(counterOptions(name, registry)), name, series);
    }
    for (const [name, { help }] of Object.entries(this.#gauges)) {
      const gauge: Gauge = new Gauge({ name, help, registers: [registry] });
      gauge.set(gauges[name] ?? 0);
    }
    return { type: registry.contentType, text: await registry.metrics() };
  }

  #add(name: MetricName, labels: string, amount: number): void {
    const series = this.#counts.get(name) ?? new Map<string, number>();
    this.#counts.set(name, series);
    const count = series.get(labels);
    if (count === undefined && series.size >= seriesMax) return;
    series.set(labels, (count ?? 0) + amount);
  }
}

function counterOptions(name: MetricName, registry: Registry) {
  return { name, help: name.replaceAll('_', ' '), labelNames: metricLabels[name], registers: [registry] };
}

function exposeCounter(counter: Counter, name: MetricName, series: ReadonlyMap<string, number>): void {
  for (const [joined, count] of series) {
    const values = joined.split('\0');
    counter.inc(Object.fromEntries(metricLabels[name].map((label, index) => [label, values[index] ?? ''])), count);
  }
}
