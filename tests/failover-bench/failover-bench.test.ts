// Failover Bench's sixteen faults of a provider, on real sockets: with default settings and with whole delivery.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { call } from '../journeys/caller.ts';
import { readStream } from '../journeys/read-stream.ts';
import { type RunningFairlead, runFairlead } from '../journeys/running-fairlead.ts';
import { fallbackOf, primaryOf, type Scenario, scenarios } from './scenarios.ts';
import { type Score, score, type Told, type Verdict } from './score.ts';
import { type Behaviour, buildWall, type Wall, wholeAnswer } from './wall.ts';

/** The bench's seconds are divided by this, and so are Fairlead's deadlines; what `Retry-After` says is not. */
const scale = 5;

type Delivery = 'streamed' | 'whole';

const safe: ReadonlySet<string> = new Set(['S08', 'S09', 'S14']);

function configFor(wall: Wall): string {
  const names = new Set(['fb-ok', ...scenarios.flatMap((one) => [primaryOf(one), fallbackOf(one)])]);
  return [
    `deadlines: { divide_by: ${scale}, retry_after_ms: ${3_000 * scale} }`,
    'upstreams:',
    '  wall:',
    `    base_url: ${wall.url}`,
    `    data: { trains: false }`,
    '    api_key: any',
    '    models:',
    ...[...names].map((name) => `      ${name}: { as: ${name}, price: { input: 1, output: 1 } }`),
    'models:',
    ...scenarios.map(
      (one) => `  ${primaryOf(one)}: { context: 8192, max_output: 4096, fallbacks: [${fallbackOf(one)}] }`,
    ),
    '',
  ].join('\n');
}

async function runBench(delivery: Delivery): Promise<ReadonlyMap<string, Score>> {
  const behaviours = new Map<string, Behaviour>(
    scenarios.flatMap((one) => [
      [primaryOf(one), one.primary] as const,
      [fallbackOf(one), one.fallback ?? { kind: 'answers' }] as const,
    ]),
  );
  // The clock of the one that flaps begins when Fairlead is up.
  const others = await buildWall({ after }, behaviours, scale);
  const fairlead = await runFairlead({ after }, { config: configFor(others) });
  await fairlead.ask('wallet-credit', { usd: '100.00' });
  await earnRetries(fairlead, 10);
  // Retries are a share of the last ten seconds' requests, and some scenarios last longer.
  const earning = setInterval(() => void earnRetries(fairlead, 1), 1_000);
  const startedAt = others.now();
  const scores = await Promise.all(
    scenarios.map(async (scenario) => {
      const told = await play(scenario, { fairlead, delivery, wall: others });
      const isAlive = (await callOnce('fb-ok', { fairlead, delivery, wall: others }, 10)).outcome === 'answer';
      const seen = others.seen.map((each) => ({ ...each, at: each.at - startedAt }));
      const shifted = told.map((each) => ({ ...each, sentAt: each.sentAt - startedAt }));
      return [scenario.id, score({ scenario, told: shifted, seen, isAlive, scale })] as const;
    }),
  );
  clearInterval(earning);
  return new Map(scores);
}

/** The bench plays one after the other; all at once they need the retries of many requests. */
async function earnRetries({ url, key }: RunningFairlead, rounds: number): Promise<void> {
  const body = { model: 'fb-ok', messages: [{ role: 'user', content: 'q' }] };
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(Array.from({ length: 25 }, () => call({ url, key, body })));
  }
}

type Stage = { readonly fairlead: RunningFairlead; readonly delivery: Delivery; readonly wall: Wall };

async function play(scenario: Scenario, stage: Stage): Promise<readonly Told[]> {
  const { count, every } = scenario.sequence ?? { count: 1, every: 0 };
  const calls: Promise<Told>[] = [];
  for (let index = 0; index < count; index += 1) {
    calls.push(callOnce(primaryOf(scenario), stage, scenario.hangs));
    if (index + 1 < count) await sleep((every * 1000) / scale);
  }
  return await Promise.all(calls);
}

async function callOnce(model: string, { fairlead, delivery, wall }: Stage, hangs: number): Promise<Told> {
  const sentAt = wall.now();
  const body = {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: [{ role: 'user', content: 'Explain in sixty words why a gateway is trusted.' }],
  };
  const reply = await call({
    url: fairlead.url,
    key: fairlead.key,
    headers: { 'x-fairlead-delivery': delivery },
    body,
  });
  const seen = readStream(reply.body);
  const seconds = (reply.ms / 1000) * scale;
  const isError = reply.status !== 200 || seen.error !== undefined || !reply.isWhole;
  const models = seen.data.filter((data) => data.startsWith('{"id":"c"')).map((data) => JSON.parse(data).model);
  return {
    outcome: seconds > hangs ? 'hang' : isError ? 'error' : 'answer',
    isComplete: seen.text === wholeAnswer,
    model: models.at(-1),
    hasUsage: seen.usageChunks > 0,
    seconds,
    sentAt,
  };
}

const [byDefault, whole] = await Promise.all([runBench('streamed'), runBench('whole')]);

process.stdout.write('| scenario | default | whole delivery |\n|---|---|---|\n');
for (const { id, title } of scenarios) {
  const told = [byDefault, whole].map((scores) =>
    [scores.get(id)?.verdict, scores.get(id)?.why].filter(Boolean).join(': '),
  );
  process.stdout.write(`| ${id} ${title} | ${told.join(' | ')} |\n`);
}

for (const { id, title } of scenarios) {
  const expected: Verdict = safe.has(id) ? 'safe' : 'pass';
  test(`${id} ${title}: ${expected} by default`, () => {
    assert.equal(byDefault.get(id)?.verdict, expected, byDefault.get(id)?.why ?? '');
  });
  test(`${id} ${title}: pass with whole delivery`, () => {
    assert.equal(whole.get(id)?.verdict, 'pass', whole.get(id)?.why ?? '');
  });
}
