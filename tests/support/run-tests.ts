import { globSync } from 'node:fs';
import { readTestEvents } from './read-test-events.ts';
import { conclude, type RunResult, readArguments, repository, say, secondsSince } from './run-result.ts';

// `npm test` and its heavier sisters. Each option `--name value` reaches the tests as FAIRLEAD_TEST_NAME.

type Tier = {
  readonly files: string;
  /** One test may take this long. */
  readonly testLimitMs: number;
  /** All of them together. */
  readonly limitMs: number;
  readonly concurrency: number;
  /** What the tests print is shown, not only when they fail. */
  readonly verbose: boolean;
  readonly environment?: Readonly<Record<string, string>>;
};

const minuteMs = 60_000;
const heavyFolders = ['faults', 'canary', 'kill9', 'budget', 'browser'];
/** More than ten seconds each, most of them waits that are what they test: a tier of their own. By a word they run with the others. */
const longFiles = [
  'compliance/responses',
  'failover-bench/added-time',
  'failover-bench/failover-bench',
  'habits/connect',
  'journeys/abuse',
  'journeys/agreement',
  'journeys/analytics',
  'journeys/background-responses',
  'journeys/batch-safety',
  'journeys/batches',
  'journeys/beside-generations',
  'journeys/chaos-command',
  'journeys/content-in-memory',
  'journeys/cut-off',
  'journeys/deletion',
  'journeys/dialects',
  'journeys/fenced',
  'journeys/hedging',
  'journeys/hostile-edges',
  'journeys/inspections',
  'journeys/leaks',
  'journeys/letters',
  'journeys/ninety-days',
  'journeys/no-file-calls',
  'journeys/notices',
  'journeys/operators',
  'journeys/outages',
  'journeys/overload',
  'journeys/own-keys',
  'journeys/remote-commands',
  'journeys/several-processes',
  'journeys/stream-ends',
  'journeys/upstreams',
  'journeys/verify-privacy',
  'journeys/webhooks',
  'journeys/whole-delivery',
  'keeper/command-line',
  'keeper/serve',
  'rights/whole-copy',
  'simulator/fault-dialects',
  'simulator/native-surfaces',
  'simulator/odd-faults',
  'store/dormancy',
  'store/erasure',
  'store/erasure-copies',
  'store/webhooks',
].map((name) => `tests/${name}.test.ts`);
const heavy = { testLimitMs: 30 * minuteMs, limitMs: 40 * minuteMs, concurrency: 1, verbose: true };

const tiers: Readonly<Record<string, Tier>> = {
  fast: { files: 'tests/**/*.test.ts', testLimitMs: minuteMs, limitMs: 10 * minuteMs, concurrency: 2, verbose: false },
  long: { files: 'tests/**/*.test.ts', testLimitMs: minuteMs, limitMs: 8 * minuteMs, concurrency: 2, verbose: false },
  faults: { ...heavy, files: 'tests/faults/**/*.test.ts' },
  canary: { ...heavy, files: 'tests/canary/**/*.test.ts' },
  kill9: { ...heavy, files: 'tests/kill9/**/*.test.ts' },
  budget: { ...heavy, files: 'tests/budget/**/*.test.ts' },
  browser: { ...heavy, files: 'tests/browser/**/*.test.ts' },
  fuzz: { ...heavy, files: 'tests/fuzz/**/*.fuzz.ts', environment: { FAIRLEAD_TEST_SECONDS: '30' } },
};

/** What `npm test` takes from the heavier tiers: few rounds, and fault cells drawn by the day. */
const samples: readonly (readonly [tier: string, environment: Readonly<Record<string, string>>])[] = [
  ['faults', { FAIRLEAD_TEST_CELLS: '200', FAIRLEAD_TEST_SEED: new Date().toISOString().slice(0, 10) }],
  ['budget', { FAIRLEAD_TEST_ROUNDS: '2' }],
  ['kill9', { FAIRLEAD_TEST_ROUNDS: '5' }],
];

await main(process.argv[2] ?? 'fast', process.argv.slice(3));

async function main(name: string, given: readonly string[]): Promise<void> {
  const tier = tiers[name];
  if (!process.version.startsWith('v26.'))
    return refuse(`The tests need Node 26, this is ${process.version}. Start them with npm, after npm ci.`);
  if (!tier) return refuse(`There is no tier "${name}". There are: ${Object.keys(tiers).join(', ')}.`);

  const start = performance.now();
  const { jsonFile, environment, words } = readArguments(given);
  const deadline = start + tier.limitMs;
  let result = await runTier(name, tier, { environment: { ...tier.environment, ...environment }, words, deadline });
  if (name === 'fast' && words.length === 0) {
    for (const [heavier, sample] of samples) {
      const options = { environment: { ...sample, ...environment }, words, deadline };
      result = add(result, await runTier(heavier, tiers[heavier] ?? tier, options));
    }
  }

  if (result.passed + result.failed === 0)
    say(`Nothing was tested: no file is ${tier.files}${words.map((word) => ` with "${word}"`).join('')}.`);
  for (const { where, name: test, error } of result.failures) say(`\n✖ ${where}: ${test}\n${indent(error)}`);
  say(`\n${name}: ${secondsSince(start)} s`);
  conclude({ ...result, seconds: secondsSince(start) }, jsonFile);
}

type TierOptions = {
  readonly environment: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly deadline: number;
};

async function runTier(name: string, tier: Tier, options: TierOptions): Promise<RunResult> {
  const files = findFiles(name, tier, options.words);
  if (files.length === 0) return { passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [] };
  const settings = Object.entries(options.environment).map(([key, value]) => ` ${key}=${value}`);
  say(`── ${name}: ${files.length} ${files.length === 1 ? 'file' : 'files'}${settings.join('')}`);
  const limitMs = Math.max(1, Math.round(options.deadline - performance.now()));
  return readTestEvents({ ...tier, files, limitMs, environment: options.environment });
}

function findFiles(name: string, tier: Tier, words: readonly string[]): string[] {
  if (name === 'long')
    return longFiles.filter((path) => words.length === 0 || words.some((word) => path.includes(word)));
  const others = name === 'fast' ? [...heavyFolders, 'clients', 'fixtures', 'fuzz'] : [];
  return globSync(tier.files, { cwd: repository, exclude: ['**/node_modules'] })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !others.some((folder) => path.startsWith(`tests/${folder}/`)))
    .filter((path) => (words.length === 0 ? !longFiles.includes(path) : words.some((word) => path.includes(word))))
    .sort();
}

function add(a: RunResult, b: RunResult): RunResult {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    seconds: a.seconds + b.seconds,
    failures: [...a.failures, ...b.failures],
  };
}

function refuse(why: string): void {
  say(why);
  conclude({ passed: 0, failed: 1, skipped: 0, seconds: 0, failures: [] }, undefined);
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
