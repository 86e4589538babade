import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { renderChargesPage } from './habits/charges-page.ts';
import { renderFaultsPage } from './habits/faults-page.ts';
import {
  brokenImports,
  type FolderRule,
  homelessPackages,
  importCircles,
  type PackageHome,
} from './habits/import-rules.ts';
import { listFiles, readSources, root } from './habits/source-files.ts';
import * as text from './habits/text-rules.ts';

// The house as data. A rule that stands in the way is changed here, in a commit that says why, never worked around.

/** `folder` may import `may`, and types alone of `types`. The longest folder that fits a file decides. */
const imports: readonly FolderRule[] = [
  {
    folder: 'core/generation',
    may: [],
    why: 'everybody leans on these words, so they lean on nobody.',
  },
  { folder: 'core/money', may: ['core/generation'], why: 'money is arithmetic on usage.' },
  {
    folder: 'core/protocol',
    may: ['core/generation'],
    types: ['core/routing'],
    why: 'a protocol knows the neutral form and the facts of an endpoint, and no other protocol.',
  },
  {
    folder: 'core/journal',
    may: ['core/generation', 'core/money'],
    why: 'a record holds ids, numbers and closed words.',
  },
  {
    folder: 'core/routing',
    may: ['core/generation', 'core/money'],
    types: ['core/privacy', 'core/trust'],
    why: 'a plan is computed from endpoints, prices and policy.',
  },
  { folder: 'core/ledger', may: ['core/money'], why: 'the rules of the books need amounts and nothing else.' },
  { folder: 'core/allowance', may: ['core/money'], why: 'whether something may pass needs amounts and nothing else.' },
  {
    folder: 'core/privacy',
    may: ['core/generation'],
    types: ['core/money'],
    why: 'promises are values that all may read.',
  },
  { folder: 'core/trust', may: ['core/generation'], types: ['core/money'], why: 'receipts and grades are values.' },
  { folder: 'config', may: ['core'], why: 'it judges what the operator wrote, before anything else exists.' },
  { folder: 'store', may: ['core'], why: 'it keeps what it is given and asks nobody.' },
  { folder: 'outgoing', may: ['core'], why: 'it opens sockets to the outside and knows nothing of the inside.' },
  { folder: 'observe', may: [], why: 'a fault in telemetry must not reach a request, so it takes ids and numbers.' },
  {
    folder: 'gateway',
    may: ['core', 'outgoing/providers', 'observe', 'keeper/interface'],
    why: 'the data plane has no SQL and waits for the keeper through its interface alone.',
  },
  { folder: 'keeper/interface', may: ['core'], why: 'both sides of the socket share it.' },
  {
    folder: 'keeper',
    may: ['core', 'store', 'observe', 'outgoing', 'keeper/interface'],
    never: ['outgoing/providers'],
    why: 'calls to providers go through the gateway, so that policy, metering and receipts are the same for all.',
  },
  {
    folder: 'console',
    may: [
      'core',
      'store',
      'observe',
      'keeper/interface',
      'outgoing/mail',
      'outgoing/payments',
      'outgoing/chain',
      'outgoing/guarded-fetch.ts',
    ],
    why: 'people read the store and ask the keeper for changes.',
  },
  {
    folder: 'http/data',
    may: ['core/generation', 'core/protocol', 'gateway', 'observe'],
    why: 'it turns sockets into calls and calls into bytes, nothing more.',
  },
  {
    folder: 'http/people',
    may: ['core/generation', 'console', 'observe'],
    why: 'pages ask the console, never the store.',
  },
  { folder: 'simulator', may: [], why: 'it is written by hand, so that it cannot confirm our own bugs.' },
  {
    folder: 'people-thread.ts',
    may: ['*'],
    never: ['cli'],
    why: 'it puts console and pages together, as main.ts does the rest.',
  },
  {
    folder: 'keeper-thread.ts',
    may: ['*'],
    never: ['cli'],
    why: 'it gives the keeper the rules of the configuration file.',
  },
  {
    folder: 'simulator-thread.ts',
    may: ['simulator', 'observe'],
    why: 'it gives the simulator a thread; what answers there stays without anything of ours.',
  },
  {
    folder: 'file-judges.ts',
    may: ['config', 'keeper'],
    why: 'it makes of the rules of the file what the keeper asks.',
  },
  {
    folder: 'workers',
    may: ['*'],
    never: ['cli'],
    why: 'a gateway process is built here, the first one and the further ones alike.',
  },
  { folder: 'main.ts', may: ['*'], never: ['cli'], why: 'it builds everything once; the commands stand above it.' },
  { folder: 'cli', may: ['*'], never: [], why: 'the commands may ask everybody, and nobody asks them.' },
  {
    folder: 'web',
    may: ['console/contract'],
    types: ['console'],
    why: 'the dashboard talks to the server over HTTP; what both must agree on is data.',
  },
];

/** Each third-party package has one home. */
const packages: readonly PackageHome[] = [
  { name: 'nodemailer', homes: ['outgoing/mail'] },
  { name: 'better-auth', homes: ['console/people'] },
  { name: '@simplewebauthn/server', homes: ['console/identity'] },
  { name: 'jose', homes: ['console/identity'] },
  { name: 'viem', homes: ['outgoing/chain'] },
  { name: 'stripe', homes: ['outgoing/payments'] },
  { name: 'aws4fetch', homes: ['outgoing/providers'] },
  { name: 'gpt-tokenizer', homes: ['gateway'] },
  { name: 'hono', homes: ['http/people'] },
  { name: '@hono/node-server', homes: ['http/people'] },
  { name: 'marked', homes: ['http/people'] },
  { name: 'date-holidays', homes: ['keeper'] },
  { name: 'pg', homes: ['store/postgres'] },
  { name: 'zod', homes: ['config', 'console/contract'] },
  { name: 'yaml', homes: ['config'] },
  { name: '@pydantic/genai-prices', homes: ['config'] },
  { name: 'pino', homes: ['observe'] },
  { name: 'prom-client', homes: ['observe'] },
  { name: 'commander', homes: ['cli'] },
];

/** Who may call `reveal` and `revealText` of content, and what for. */
const revealers: readonly text.Revealer[] = [
  {
    folder: 'gateway',
    purposes: ['send-upstream', 'send-caller', 'translate', 'count', 'hash', 'detect', 'sealed-store'],
  },
  { folder: 'outgoing/providers', purposes: ['send-upstream'] },
  { folder: 'http/data', purposes: ['send-caller'] },
  { folder: 'core/protocol', purposes: ['translate', 'count', 'send-upstream'] },
];

const bans: readonly text.Ban[] = [
  {
    pattern:
      /\b(Date\.now|performance\.now|Math\.random|process\.\w+)\b|\b(randomBytes|randomUUID|getRandomValues|setTimeout|setInterval|setImmediate)\(|\bnew Date\(\s*\)|\bfetch\(/,
    within: ['core'],
    why: 'core computes: clock, randomness, waiting and the outside come in as values.',
  },
  {
    pattern: /\bprocess\.env\b|\bimport\.meta\.env\b/,
    except: ['config'],
    why: 'Only config/ reads the environment; everybody else is given a value.',
  },
  {
    pattern: /\bconsole\.(log|error|warn|info|debug|trace|table|dir)\b/,
    why: 'Logs go through observe/, answers of a command through its output.',
  },
  { pattern: /\bas any\b|<any>|:\s*any\b/, why: '"any" switches the types off. Parse at the edge, or use "unknown".' },
  {
    pattern: /\bparseFloat\b|\.toFixed\(|(?<![\w.])\d*\.\d+\b|\bNumber\(/,
    within: ['core/money', 'core/ledger'],
    allowed: [
      { file: 'src/core/money/nano.ts', line: 'Number(exponent)', why: 'It counts digits, it is no amount.' },
      {
        file: 'src/core/money/believe-usage.ts',
        line: '1.15',
        why: 'It compares counts of tokens, which are no amounts.',
      },
    ],
    why: 'Amounts are bigint. A float loses cents; read decimals with parseDecimal.',
  },
];

const forbiddenNames = ['util', 'utils', 'helper', 'helpers', 'common', 'misc', 'manager', 'service', 'services'];

const product = readSources(['src', 'web']);
const ours = [...product, ...readSources(['tests', 'bench'])];

test('every folder imports only what the table allows', () => {
  assertNone(brokenImports(product, imports));
});

test('every third-party package has one home, and core uses no module of Node that has effects', () => {
  const builtins = ['node:buffer', 'node:assert', 'node:assert/strict'];
  assertNone(homelessPackages(readSources(['src']), packages, { folder: 'core', builtins }));
});

test('no import runs in a circle', () => {
  assertNone(importCircles(product));
});

test('no file passes on what another file exports', () => {
  assertNone(text.barrels(product));
});

test('content is looked into by few, for stated purposes', () => {
  assertNone(text.wrongReveals(product, revealers));
});

test('no file holds what its folder may not do', () => {
  assertNone(text.bannedText(readSources(['src']), bans));
});

test('all SQL stands in store', () => {
  assertNone(text.strayStatements(readSources(['src']), 'store'));
});

test('every file has a kebab-case name that says something', () => {
  const paths = ['src', 'web', 'tests', 'bench'].flatMap(listFiles);
  assertNone(
    text.wrongNames(
      paths.filter((path) => /\.(ts|tsx|mjs|sql)$/.test(path)),
      forbiddenNames,
    ),
  );
});

test('no file is longer than 400 lines', () => {
  assertNone(text.longFiles(ours, 400));
});

test('ARCHITECTURE.md is shorter than 150 lines', () => {
  const lines = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8').trimEnd().split('\n').length;
  assert.ok(lines < 150, `ARCHITECTURE.md has ${lines} lines. It must stay readable in one go: move a part to docs/.`);
});

test('docs/reference/charges.md says what the table in core/money/who-pays.ts says', () => {
  const page = readFileSync(join(root, 'docs/reference/charges.md'), 'utf8');
  assert.ok(
    page === renderChargesPage(),
    'docs/reference/charges.md is not what core/money/who-pays.ts says. Run node tests/habits/write-charges-page.ts.',
  );
});

test('docs/reference/faults.md says what the table in core/generation/fault.ts says', () => {
  const page = readFileSync(join(root, 'docs/reference/faults.md'), 'utf8');
  assert.ok(
    page === renderFaultsPage(),
    'The page is not what the table says. Write it anew: node tests/habits/write-faults-page.ts',
  );
});

function assertNone(problems: readonly string[]): void {
  assert.ok(problems.length === 0, `\n${problems.map((problem) => `  ${problem}`).join('\n')}\n`);
}
