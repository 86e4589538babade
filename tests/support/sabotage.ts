import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { cleanEnvironment, conclude, type Failure, repository, say, secondsSince } from './run-result.ts';
import { accountSabotages } from './sabotages/accounts.ts';
import { agreementSabotages } from './sabotages/agreements.ts';
import { contentSabotages } from './sabotages/content.ts';
import { dataPathSabotages } from './sabotages/data-path.ts';
import { dormancySabotages } from './sabotages/dormancy.ts';
import { erasureSabotages } from './sabotages/erasure.ts';
import { faultSabotages } from './sabotages/faults.ts';
import { identitySabotages } from './sabotages/identity.ts';
import { inspectionSabotages } from './sabotages/inspections.ts';
import { leakSabotages } from './sabotages/leaks.ts';
import { moneySabotages } from './sabotages/money.ts';
import { newsSabotages } from './sabotages/news.ts';
import { noticeSabotages } from './sabotages/notices.ts';
import { promiseKeptSabotages } from './sabotages/promises-kept.ts';
import { relaySabotages } from './sabotages/relay.ts';
import { rightsSabotages } from './sabotages/rights.ts';
import { routingSabotages } from './sabotages/routing.ts';
import { storeSabotages } from './sabotages/store.ts';
import { surfaceSabotages } from './sabotages/surfaces.ts';
import { translationSabotages } from './sabotages/translation.ts';
import { policySabotages, promiseSabotages, retentionSabotages, trustSabotages } from './sabotages/trust.ts';
import { upstreamSabotages } from './sabotages/upstreams.ts';

/**
 * A sabotage takes one rule out of the product and names the tests that must then fail: a test that stays green guards
 * nothing. The product knows nothing of this. The tests' processes load sabotage-hooks.ts first, which changes the text
 * of one file as Node reads it.
 */
export type Sabotage = {
  /** What it removes: `charge-rounds-up`. */
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
  /** Stands exactly once in the file, as written. */
  readonly find: string;
  readonly replace: string;
  /** Test files, each of which must fail. */
  readonly breaks: readonly string[];
};

export const sabotages: readonly Sabotage[] = [
  ...rightsSabotages,
  ...dormancySabotages,
  ...agreementSabotages,
  ...newsSabotages,
  ...leakSabotages,
  ...surfaceSabotages,
  ...contentSabotages,
  ...inspectionSabotages,
  ...moneySabotages,
  {
    name: 'key-checksum',
    file: 'src/core/privacy/key-format.ts',
    find: 'return text.endsWith(checksum(body));',
    replace: 'return true;',
    breaks: ['tests/keeper/key-format.test.ts'],
  },
  {
    name: 'decimals-are-exact',
    file: 'src/core/money/nano.ts',
    find: 'if (significant.length > digits) return undefined;',
    replace: '',
    breaks: ['tests/config/contradictions.test.ts'],
  },
  {
    name: 'charge-rounds-up',
    file: 'src/core/money/charge.ts',
    find: 'return divideUp(picoOf(usage, price), picoPerNano);',
    replace: 'return picoOf(usage, price) / picoPerNano;',
    breaks: ['tests/properties/money.test.ts'],
  },
  {
    name: 'charge-knows-tiers',
    file: 'src/core/money/charge.ts',
    find: 'ratesFor(price, totalInput(usage))',
    replace: 'ratesFor(price, 0)',
    breaks: ['tests/properties/money.test.ts'],
  },
  {
    name: 'hold-knows-tiers',
    file: 'src/core/money/hold.ts',
    find: 'if (bounds.inputTokens > tier.aboveInput) worst',
    replace: 'if (bounds.inputTokens < 0) worst',
    breaks: ['tests/properties/money.test.ts'],
  },
  {
    name: 'hold-counts-choices',
    file: 'src/core/money/hold.ts',
    find: 'outputTokens * choices',
    replace: 'outputTokens',
    breaks: ['tests/properties/money.test.ts'],
  },
  {
    name: 'usage-is-judged',
    file: 'src/core/money/believe-usage.ts',
    find: 'return inBounds',
    replace: 'return true',
    breaks: ['tests/properties/money.test.ts'],
  },
  {
    name: 'visible-output-is-bounded',
    file: 'src/core/money/believe-usage.ts',
    find: 'visible * 20 <= own.outputBytes * 23 + 1_280 &&',
    replace: '',
    breaks: ['tests/properties/money.test.ts'],
  },
  {
    name: 'who-left-after-content-pays',
    file: 'src/core/money/who-pays.ts',
    find: "if (reached === 'content') return all;",
    replace: "if (reached === 'content') return nothing;",
    breaks: ['tests/properties/who-pays.test.ts', 'tests/journeys/streams.test.ts'],
  },
  {
    name: 'what-others-broke-is-free',
    file: 'src/core/money/who-pays.ts',
    find: "reached === 'content' && believed.source === 'reported'",
    replace: "reached === 'content'",
    breaks: ['tests/properties/who-pays.test.ts'],
  },
  {
    name: 'hold-ends-once',
    file: 'src/core/allowance/lease.ts',
    find: "assert(this.#open, 'a hold ends once');",
    replace: '',
    breaks: ['tests/properties/lease.test.ts'],
  },
  {
    name: 'settled-hold-is-free-again',
    file: 'src/core/allowance/lease.ts',
    find: 'lease.held -= amount;',
    replace: 'lease.held -= charge;',
    breaks: ['tests/properties/lease.test.ts'],
  },
  {
    name: 'lease-ends-with-its-window',
    file: 'src/core/allowance/lease.ts',
    find: '!isLive(lease, now) || freeOf',
    replace: 'freeOf',
    breaks: ['tests/properties/lease.test.ts'],
  },
  {
    name: 'disabled-endpoint-is-left-out',
    file: 'src/core/routing/eligible.ts',
    find: "if (!upstream.enabled) return 'disabled';",
    replace: '',
    breaks: ['tests/properties/plan.test.ts'],
  },
  {
    name: 'longest-family-wins',
    file: 'src/core/routing/find-model.ts',
    find: "let end = name.lastIndexOf('-'); end > 0; end = name.lastIndexOf('-', end - 1)",
    replace: "let end = name.indexOf('-'); end > 0; end = name.indexOf('-', end + 1)",
    breaks: ['tests/properties/plan.test.ts'],
  },
  {
    name: 'invalid-request-is-not-retried',
    file: 'src/core/routing/verdict.ts',
    find: "next: 'stop',\n        harm: 'none',\n        fault: contentCodes",
    replace: "next: 'other',\n        harm: 'none',\n        fault: contentCodes",
    breaks: ['tests/properties/plan.test.ts'],
  },
  {
    name: 'foreign-errors-stay-out',
    file: 'src/core/generation/fault.ts',
    find: "thrown : new Fault('internal');",
    replace: "thrown : new Fault('internal', { why: String(thrown) });",
    breaks: ['tests/properties/fault.test.ts'],
  },
  {
    name: 'breaker-opens',
    file: 'src/core/routing/health/breaker.ts',
    find: 'if (isOver) this.#open(now, jitter);',
    replace: '',
    breaks: ['tests/routing/health.test.ts'],
  },
  {
    name: 'ejected-are-probed',
    file: 'src/core/routing/health/breaker.ts',
    find: 'now - this.#probedAt >= this.#pace.probeMs ||',
    replace: '',
    breaks: ['tests/routing/health.test.ts'],
  },
  {
    name: 'another-credential-is-tried',
    file: 'src/core/routing/next-attempt.ts',
    find: '  return otherCredential && ofCredential.has(harm);',
    replace: '  return false && otherCredential && ofCredential.has(harm);',
    breaks: ['tests/journeys/credentials.test.ts'],
  },
  {
    name: 'refused-credentials-are-quarantined',
    file: 'src/core/routing/health/credential-pool.ts',
    find: '    credential.lookAt = now + this.#pace.refusedMs;\n    return isNew',
    replace: '    return isNew',
    breaks: ['tests/routing/credential-pool.test.ts', 'tests/journeys/credentials.test.ts'],
  },
  {
    name: 'retries-have-a-budget',
    file: 'src/gateway/attempt/retry-budget.ts',
    find: 'if (this.#counts.sum(retries) + 1 > allowed) return false;',
    replace: 'if (this.#counts.sum(retries) < 0) return allowed < 0;',
    breaks: ['tests/routing/retry-storm.test.ts', 'tests/journeys/retry-storm.test.ts'],
  },
  {
    name: 'who-comes-back-gets-a-little',
    file: 'src/core/routing/health/breaker.ts',
    find: 'if (passed < 1 / 3) return 0.1;',
    replace: 'if (passed < 1 / 3) return 1;',
    breaks: ['tests/routing/health.test.ts'],
  },
  {
    name: 'an-outage-is-told-once',
    file: 'src/store/sql/hint-store.ts',
    find: 'return added === 1;',
    replace: 'return true;',
    breaks: ['tests/store/hints.test.ts', 'tests/journeys/outages.test.ts'],
  },
  {
    name: 'health-survives-restarts',
    file: 'src/gateway/plan/health-board.ts',
    find: 'if (instance === this.#options.instance) continue;',
    replace: 'continue;',
    breaks: ['tests/journeys/outages.test.ts'],
  },
  {
    name: 'callers-faults-hurt-nobody',
    file: 'src/core/routing/health/endpoint-health.ts',
    find: "      case 'none':\n        this.#breaker.left(startedAt);",
    replace: "      case 'none':\n        this.#breaker.failed(startedAt, now, jitter);",
    breaks: ['tests/routing/health.test.ts'],
  },
  ...accountSabotages,
  ...identitySabotages,
  ...erasureSabotages,
  ...faultSabotages,
  ...relaySabotages,
  ...routingSabotages,
  ...storeSabotages,
  ...translationSabotages,
  ...upstreamSabotages,
  ...trustSabotages,
  ...retentionSabotages,
  ...promiseSabotages,
  ...policySabotages,
  ...promiseKeptSabotages,
  ...dataPathSabotages,
  ...noticeSabotages,
];

export type SabotageResult = {
  /** The tests that failed, as they should. */
  readonly red: readonly string[];
  /** What is wrong with the sabotage or its tests; empty when each test passes without it and fails with it. */
  readonly problems: readonly string[];
};

/** Runs the named tests without and with the sabotage; whoever runs many says which are sound without any. */
export async function runSabotaged(
  sabotage: Sabotage,
  isSound: (test: string) => Promise<boolean> = async (test) => (await runTest(test, {})) === 0,
): Promise<SabotageResult> {
  const flaw = flawOf(sabotage);
  if (flaw !== undefined) return { red: [], problems: [`${sabotage.name}: ${flaw}`] };
  const red: string[] = [];
  const problems: string[] = [];
  for (const test of sabotage.breaks) {
    const problem = (await isSound(test)) ? await judgeTest(sabotage, test) : 'fails without the sabotage, too.';
    if (problem === undefined) red.push(test);
    else problems.push(`${sabotage.name}: ${test} ${problem}`);
  }
  return { red, problems };
}

/** Why this sabotage cannot be done, or undefined. Cheap: nothing is run. */
export function flawOf({ file, find, replace, breaks }: Sabotage): string | undefined {
  const path = join(repository, file);
  if (!existsSync(path)) return `${file} does not exist.`;
  const text = readFileSync(path, 'utf8');
  const times = text.split(find).length - 1;
  if (times !== 1) return `what it looks for stands ${times} times in ${file}, not once.`;
  if (find === replace) return 'it changes nothing.';
  const absent = breaks.find((test) => !existsSync(join(repository, test)));
  if (absent !== undefined) return `its test ${absent} does not exist.`;
  if (breaks.length === 0) return 'it names no test.';
  // A file that cannot be read at all would turn every test red and prove nothing.
  try {
    stripTypeScriptTypes(text.replace(find, () => replace));
  } catch {
    return `with it ${file} is no TypeScript any more.`;
  }
  return undefined;
}

/** What is wrong, or undefined when the test meets the sabotage and fails with it. */
async function judgeTest(sabotage: Sabotage, test: string): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'fairlead-sabotage-'));
  try {
    const witness = join(folder, 'applied');
    const code = await runTest(test, {
      NODE_OPTIONS: `--import=${pathToFileURL(join(repository, 'tests/support/sabotage-hooks.ts')).href}`,
      FAIRLEAD_TEST_SABOTAGE: JSON.stringify({ ...sabotage, witness }),
    });
    if (!existsSync(witness)) return `never loads ${sabotage.file}.`;
    return code === 0 ? 'still passes: it does not guard this rule.' : undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const testLimitMs = 10 * 60_000;

function runTest(test: string, environment: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const env = { ...cleanEnvironment(), ...environment };
    // A test runner that is itself under test must not report to the one around it.
    delete (env as Record<string, string | undefined>).NODE_TEST_CONTEXT;
    const options = { cwd: repository, env, stdio: 'ignore', timeout: testLimitMs } as const;
    const child = spawn(process.execPath, ['--test', join(repository, test)], options);
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** `node tests/support/sabotage.ts [NAME…]`: all of them, or the named ones. */
async function main(names: readonly string[]): Promise<void> {
  const start = performance.now();
  const chosen = sabotages.filter(({ name }) => names.length === 0 || names.includes(name));
  const failures: Failure[] = [];
  let passed = 0;
  for (const sabotage of chosen) {
    const { red, problems } = await runSabotaged(sabotage);
    say(
      `${problems.length === 0 ? '✔' : '✖'} ${sabotage.name}: ${red.length} of ${sabotage.breaks.length} tests fail, as they should`,
    );
    for (const problem of problems) say(`  ${problem}`);
    passed += red.length;
    failures.push(...problems.map((error) => ({ where: sabotage.file, name: sabotage.name, error })));
  }
  if (chosen.length === 0) say('There is no such sabotage.');
  conclude({ passed, failed: failures.length, skipped: 0, seconds: secondsSince(start), failures }, undefined);
}

if (import.meta.main) await main(process.argv.slice(2));
