import type { DoorMode } from '#simulator/doors/doors.ts';
import { type CallerCell, upstreamModelFor } from './caller-cells.ts';
import { type Cell, healthyWords } from './cells.ts';
import { isSilent } from './expected.ts';
import type { Tongue } from './ways.ts';

/** Where the chaos upstreams are. */
export type Upstreams = {
  /** http://127.0.0.1:PORT/v1 */
  readonly simulator: string;
  /** Without a path. */
  readonly door: (mode: DoorMode) => string;
};

/**
 * Waits that a busy machine does not reach by itself. Models whose fault is silence give up on their first content far
 * sooner; the simulator's own waits are longer than all of these.
 */
export const deadlines = {
  total_ms: 25_000,
  connect_ms: 3_000,
  first_content_ms: 15_000,
  failover_ms: 15_000,
  whole_ms: 6_000,
  stall_ms: 3_000,
  heartbeat_ms: 700,
  retry_backoff_ms: 2,
  retry_after_ms: 30,
  caller_write_ms: 4_000,
};
const silentMs = 1_500;

/** The simulator's waits are divided by it: a letter each tenth of a second. */
export const timeScale = 10;

/** One terminal outcome must have come by then. */
export const outcomeWithinMs = deadlines.total_ms + 2_000;

/** Dollars per million tokens; a token costs a thousand times as much in nano-dollars. */
export const faultyPrice = { input: 1, output: 2 };
export const healthyPrice = { input: 3, output: 5 };

/** Answers at once and for nothing: what earns retries. */
export const fillerModel = 'chaos/filler';

export function modelOf({ id }: { readonly id: string }): string {
  return `chaos/${id}`;
}

/** The name by which a connection of its own is used before the fault comes. */
export function warmModelOf({ id }: Pick<Cell, 'id'>): string {
  return `chaos/${id}-warm`;
}

/** The `fairlead.yaml` that these cells need. JSON is YAML. */
export function configurationFor(
  { cells, callers }: { readonly cells: readonly Cell[]; readonly callers: readonly CallerCell[] },
  at: Upstreams,
): string {
  const upstreams = new Map<string, Upstream>();
  const add = (name: string, tongue: Tongue, url: string, model: string, row: Row) => {
    const cloud = tongue === 'bedrock-converse' ? { cloud: 'bedrock', region: 'eu-central-1' } : {};
    const fresh: Upstream = {
      protocols: [protocolOf(tongue)],
      base_url: url,
      api_key: name,
      data,
      ...cloud,
      models: {},
    };
    const known = upstreams.get(name) ?? fresh;
    upstreams.set(name, known);
    known.models[model] = row;
  };
  add('filler', 'openai-chat', at.simulator, 'sandbox/echo', { as: fillerModel, price: 'free' });
  for (const cell of cells) addCell(cell, at, add);
  for (const cell of callers) {
    const { tongue } = cell.way;
    const row = { as: modelOf(cell), price: faultyPrice };
    add(`callers-${shortOf(tongue)}`, tongue, urlFor(at.simulator, tongue, false), upstreamModelFor(cell), row);
  }
  // Endpoints are asked in the order of the file.
  const inOrder = [...upstreams].sort(([a], [b]) => Number(isHealthy(a)) - Number(isHealthy(b)));
  const silent = cells.filter(({ expected }) => isSilent(expected));
  const models = Object.fromEntries(silent.map((cell) => [modelOf(cell), { first_content_ms: silentMs }]));
  return [
    `deadlines: ${JSON.stringify(deadlines)}`,
    // Upstreams, callers and judge share its machine: that it lags is no fault of these cells.
    'limits: { event_loop_lag_ms_max: 10000 }',
    'routing: { strategy: order }',
    'upstreams:',
    ...inOrder.map(([name, upstream]) => `  ${name}: ${JSON.stringify(upstream)}`),
    ...(silent.length === 0 ? [] : [`models: ${JSON.stringify(models)}`]),
    '',
  ].join('\n');
}

function isHealthy(upstream: string): boolean {
  return upstream.startsWith('healthy-');
}

type Row = { readonly as: string; readonly price: object | 'free' };

type Upstream = {
  readonly protocols: readonly string[];
  readonly base_url: string;
  readonly api_key: string;
  readonly data: { readonly trains: false };
  readonly models: Record<string, Row>;
};

/** The simulators are the operator's own. */
const data = { trains: false } as const;

type Add = (name: string, tongue: Tongue, url: string, model: string, row: Row) => void;

function addCell(cell: Cell, at: Upstreams, add: Add): void {
  const { expected, tongue, healthyTongue, setting, id } = cell;
  const tag = id.slice('cell-'.length);
  const name = upstreamOf(cell);
  const url = expected.isDoor ? at.door(expected.mode as DoorMode) : at.simulator;
  const faulty = { as: modelOf(cell), price: faultyPrice };
  add(name, tongue, urlFor(url, tongue, expected.isDoor === true), `sandbox/fault-${expected.mode}~${tag}`, faulty);
  if (expected.mode === 'closed-on-reuse') {
    add(name, tongue, urlFor(url, tongue, false), `sandbox/echo~${tag}`, { as: warmModelOf(cell), price: 'free' });
  }
  if (setting === 'pair') {
    const healthy = { as: modelOf(cell), price: healthyPrice };
    const model = `sandbox/fill-${healthyWords(cell)}~${tag}`;
    add(`healthy-${shortOf(healthyTongue)}`, healthyTongue, urlFor(at.simulator, healthyTongue, false), model, healthy);
  }
}

/** A faulty endpoint's upstream. What harms a credential must not harm other cells. */
function upstreamOf({ expected, tongue, id }: Cell): string {
  if (expected.isAlone) return `faulty-${id}`;
  return expected.isDoor ? `${expected.mode}-${shortOf(tongue)}` : `faulty-${shortOf(tongue)}`;
}

function urlFor(url: string, tongue: Tongue, isDoor: boolean): string {
  const version = tongue === 'bedrock-converse' ? '' : tongue === 'gemini-generate' ? '/v1beta' : '/v1';
  return isDoor ? `${url}${version}` : url.replace(/\/v1$/, version);
}

function protocolOf(tongue: Tongue): string {
  return tongue === 'openai-completions' || tongue === 'openai-embeddings' ? 'openai-chat' : tongue;
}

function shortOf(tongue: Tongue): string {
  return protocolOf(tongue).replace(/^(openai|anthropic|gemini|bedrock)-/, '');
}
