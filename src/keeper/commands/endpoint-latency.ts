import type { CommandContext } from './command.ts';

const dayMs = 86_400_000;
/** The newest ones; more would keep others waiting for a number that says the same. */
const samplesMax = 20_000;
const samplesMin = 5;
const keptMs = 30_000;

export type Latency = {
  readonly window_hours: 24;
  readonly first_content_ms: { readonly p50: number; readonly p90: number; readonly p99: number };
  /** Rounded down: how much customers ask is not told exactly. */
  readonly samples_at_least: number;
  readonly measured: 'at the gateways of this Fairlead';
};

type Known = { readonly until: number; readonly byEndpoint: ReadonlyMap<string, Latency> };

const known = new WeakMap<object, Known>();

/** How long endpoints took to their first content in the last 24 hours, from the usage log itself. Anybody may ask: it is kept for a while. */
export async function latencies({
  store,
  now,
}: Pick<CommandContext, 'store' | 'now'>): Promise<ReadonlyMap<string, Latency>> {
  const last = known.get(store.aggregates);
  if (last && now() < last.until) return last.byEndpoint;
  const samples = await store.aggregates.firstContents(now() - dayMs, samplesMax);
  const byEndpoint = new Map<string, Latency>();
  for (const [endpoint, times] of samples) if (times.length >= samplesMin) byEndpoint.set(endpoint, latencyOf(times));
  known.set(store.aggregates, { until: now() + keptMs, byEndpoint });
  return byEndpoint;
}

function latencyOf(times: readonly number[]): Latency {
  const sorted = times.toSorted((one, other) => one - other);
  // Nearest rank: a number that was really measured.
  const at = (share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
  const step = 10 ** Math.floor(Math.log10(times.length));
  return {
    window_hours: 24,
    first_content_ms: { p50: at(0.5), p90: at(0.9), p99: at(0.99) },
    samples_at_least: times.length < 10 ? samplesMin : Math.floor(times.length / step) * step,
    measured: 'at the gateways of this Fairlead',
  };
}

const workspacesMin = 5;

/** Days of endpoints over all workspaces, each of five at least: remove one of them and the day is hidden. */
export async function endpointDays({ store, now }: CommandContext) {
  const rows = await store.aggregates.endpointDays(Math.floor(now() / dayMs) - 29, workspacesMin);
  return rows.map(({ day, ...row }) => ({ day: new Date(day * dayMs).toISOString().slice(0, 10), ...row }));
}
