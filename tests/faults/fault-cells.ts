import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { ask, call, type Reply } from '../journeys/caller.ts';
import type { RunningFairlead } from '../journeys/running-fairlead.ts';
import { type Expected, expectedOutcomes } from './expected-outcomes.ts';

/** One fault in one situation. */
export type Cell = {
  readonly expected: Expected;
  readonly way: 'streamed' | 'streamed-with-usage' | 'whole';
  /** `pair`: a second endpoint behind it is healthy. */
  readonly setting: 'alone' | 'pair';
};

const allCells: readonly Cell[] = (['alone', 'pair'] as const).flatMap((setting) =>
  (['streamed', 'streamed-with-usage', 'whole'] as const).flatMap((way) =>
    expectedOutcomes.map((expected) => ({ expected, way, setting })),
  ),
);

export function nameOf({ expected, way, setting }: Cell): string {
  return `${expected.mode}, ${way}, ${setting === 'alone' ? 'no other endpoint' : 'a healthy one behind it'}`;
}

/** As many cells as were asked for, by a seed: the same seed draws the same ones. */
export function drawCells(): readonly Cell[] {
  const count = Number(process.env.FAIRLEAD_TEST_CELLS ?? allCells.length);
  const seed = process.env.FAIRLEAD_TEST_SEED ?? '';
  const rank = (cell: Cell) =>
    createHash('sha256')
      .update(`${seed}\0${nameOf(cell)}`)
      .digest('hex');
  const drawn = [...allCells].sort((a, b) => (rank(a) < rank(b) ? -1 : 1)).slice(0, count);
  return allCells.filter((cell) => drawn.includes(cell));
}

/** What the healthy endpoint of a fault says: another number of words for each, so that nobody is mistaken for another. */
export function healthyWords(mode: string): number {
  return 100 + expectedOutcomes.findIndex((expected) => expected.mode === mode);
}

/** Dollars per million tokens; a token costs a thousand times as much in nano-dollars. */
export const faultyPrice = { input: 1, output: 2 };
export const healthyPrice = { input: 3, output: 5 };

/**
 * Waits that a busy machine does not reach by itself. Models whose fault is silence give up on their first content far
 * sooner; the simulator's own waits are longer than all of these.
 */
const deadlines = {
  total_ms: 25_000,
  first_content_ms: 15_000,
  failover_ms: 15_000,
  whole_ms: 8_000,
  stall_ms: 3_000,
  heartbeat_ms: 700,
  retry_backoff_ms: 2,
  retry_after_ms: 30,
  // What one cell taught of an endpoint is soon forgotten, so that the next one finds it again.
  eject_ms: 1,
  probe_ms: 1,
};
const silentMs = 1_500;

/** One terminal outcome must have come by then. */
export const outcomeWithinMs = deadlines.total_ms + 2_000;

/** The fault is that something does not come, or not in time. */
export function isSilent({ mode }: Expected): boolean {
  return /^(head-never|slow-head|slow-drip|stall-\d+)$/.test(mode);
}

export async function configFor(simulatorUrl: string): Promise<string> {
  const closed = `http://127.0.0.1:${await closedPort()}/v1`;
  const models = (setting: string, isClosed: boolean) =>
    expectedOutcomes
      .filter(({ mode }) => (mode === 'refused') === isClosed)
      .map(({ mode }) => faultyLine(setting, mode));
  const healthy = expectedOutcomes.map(
    ({ mode }) => `      sandbox/fill-${healthyWords(mode)}: { as: pair/${mode}, price: ${priceOf(healthyPrice)} }`,
  );
  const upstream = (name: string, url: string, lines: readonly string[]) =>
    [`  ${name}:`, `    base_url: ${url}`, `    api_key: ${name}`, '    models:', ...lines].join('\n');
  const silent = expectedOutcomes
    .filter(isSilent)
    .flatMap(({ mode }) => [`alone/${mode}`, `pair/${mode}`])
    .map((model) => `  ${model}: { first_content_ms: ${silentMs} }`);
  return [
    `deadlines: ${JSON.stringify(deadlines)}`,
    'routing: { strategy: order }',
    'upstreams:',
    upstream('alone', simulatorUrl, models('alone', false)),
    upstream('alone-closed', closed, models('alone', true)),
    // One for each mode: a credential that one of them has refused would be refused to all.
    ...expectedOutcomes.map(({ mode }) =>
      upstream(`faulty-${mode}`, mode === 'refused' ? closed : simulatorUrl, [faultyLine('pair', mode)]),
    ),
    upstream('healthy', simulatorUrl, healthy),
    upstream('filler', simulatorUrl, ['      sandbox/echo: { as: filler/echo, price: free }']),
    'models:',
    ...silent,
    '',
  ].join('\n');
}

function faultyLine(setting: string, mode: string): string {
  return `      sandbox/fault-${mode}: { as: ${setting}/${mode}, price: ${priceOf(faultyPrice)} }`;
}

function priceOf({ input, output }: { readonly input: number; readonly output: number }): string {
  return `{ input: ${input}, output: ${output} }`;
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 9;
}

/** Words of the prompt; the simulator counts three tokens more for a message. */
export const promptTokens = 4 + 3;

export async function playCell({ expected, way, setting }: Cell, { url, key }: RunningFairlead): Promise<Reply> {
  const more = {
    max_tokens: 500,
    ...(way === 'whole' ? {} : { stream: true }),
    ...(way === 'streamed-with-usage' ? { stream_options: { include_usage: true } } : {}),
  };
  const text = `cell ${expected.mode} ${way} ${setting}`;
  return await call({ url, key, body: ask(`${setting}/${expected.mode}`, more, text) });
}

/** Retries are at most a fifth of the requests: this earns enough for a group of cells. */
export async function earnRetries(count: number, { url, key }: RunningFairlead): Promise<void> {
  for (let left = count * 10; left > 0; left -= 50) {
    await Promise.all(Array.from({ length: 50 }, () => call({ url, key, body: ask('filler/echo') })));
  }
}
