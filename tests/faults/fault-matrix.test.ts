// Every fault of the chaos upstream on every surface, streamed and not, alone and with another endpoint behind it, from
// upstreams of the caller's own dialect and of others: many at once against one Fairlead. A cell counts only when the
// upstream says that its fault was delivered.
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { callerCellName, callerCells } from '#cli/chaos/caller-cells.ts';
import { allCells, type Cell, draw, nameOf } from '#cli/chaos/cells.ts';
import { configurationFor, modelOf } from '#cli/chaos/configuration.ts';
import { expectedOutcomes } from '#cli/chaos/expected.ts';
import { playCells, type Result, startChaos } from '#cli/chaos/play.ts';
import { playCallerCells } from '#cli/chaos/play-callers.ts';
import { scanBytes, scanFolder } from '#cli/privacy/scan-bytes.ts';
import { doorModes } from '#simulator/doors/doors.ts';
import { faultModes } from '#simulator/simulator.ts';
import { call } from '../journeys/caller.ts';
import { eventually, runFairlead, toNano } from '../journeys/running-fairlead.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { harmOf } from './harm.ts';
import { openPurse } from './purse.ts';
import { sabotageOf } from './sabotage-of.ts';
import { countByTiming } from './timings.ts';

const credit = 1_001_000_000_000n;
const minutesMax = 6;
const canary = Array.from({ length: 24 }, () => String.fromCharCode(97 + randomInt(26))).join('');
const sabotage = sabotageOf(process.env.FAIRLEAD_TEST_SABOTAGE);
const seed = process.env.FAIRLEAD_TEST_SEED ?? '';
const count = Number(process.env.FAIRLEAD_TEST_CELLS ?? (sabotage ? 400 : allCells.length));
const cells = draw(sabotage ? allCells.filter(sabotage.isDependent) : allCells, { count, seed, nameOf });
const callers = draw(callerCells, {
  count: sabotage ? 0 : Math.ceil((callerCells.length * count) / allCells.length),
  seed,
  nameOf: callerCellName,
});

const folder = temporaryFolder(after);
const chaos = await startChaos({ simulator: 0, doors: 0 });
after(() => chaos.close());
writeFileSync(join(folder, 'trust.pem'), chaos.doors.trust);
const config = configurationFor({ cells, callers }, { simulator: chaos.simulator.url, door: chaos.doors.url });
const env = { NODE_EXTRA_CA_CERTS: join(folder, 'trust.pem'), ...sabotage?.environment(join(folder, 'witness')) };
const fairlead = await runFairlead({ after }, { config, env });
await fairlead.ask('wallet-credit', { usd: '1000.00' });
const socketsBefore = openSockets(fairlead.pid);

const startedAt = performance.now();
let charged = 0n;
const results = await playCells(
  cells,
  { chaos, server: fairlead, canary, explain: (generation) => fairlead.explain(generation) },
  ({ cell, charge, isVoid, problem }) => {
    charged += toNano(charge ?? '0.000000000');
    if (isVoid)
      process.stdout.write(`again, alone: ${nameOf(cell)} (${problem instanceof Error ? problem.message : ''})\n`);
  },
);
const callerProblems = await playCallerCells(callers, {
  ...{ chaos, url: fairlead.url, canary },
  openPurse: ({ id }) => openPurse(fairlead, id),
});
const seconds = (performance.now() - startedAt) / 1000;

if (sabotage) {
  test(`without ${sabotage.takesOut} at least 95 % of the cells that depend on it are red`, () => {
    const red = results.filter(({ problem }) => problem !== undefined).length;
    process.stdout.write(`${sabotage.name}: ${red} of ${results.length} red, ${percent(red, results.length)} %\n`);
    assert.ok(results.length > 0 && red >= results.length * 0.95, greenOnes(results));
  });
} else {
  for (const { cell, problem } of results) {
    test(nameOf(cell), () => {
      if (problem !== undefined) throw problem;
    });
  }

  for (const cell of callers) {
    test(callerCellName(cell), () => {
      if (callerProblems.has(cell)) throw callerProblems.get(cell);
    });
  }

  test('every fault that the chaos upstream knows has an expectation, and all are played on every surface', () => {
    const known = [...faultModes, ...doorModes].map(({ mode }) => mode.replace('<k>', ''));
    const missing = known.filter((mode) => !expectedOutcomes.some((expected) => expected.mode.startsWith(mode)));

    assert.deepEqual(missing, []);
    assert.ok(new Set(expectedOutcomes.map(({ mode }) => mode.replace(/-\d+$/, ''))).size >= 64);
    assert.ok(allCells.length >= 1_500);
  });

  test('afterwards nothing is held or open, every charge is on the books, and nobody followed a redirect', async () => {
    const wallet = await fairlead.settledWallet();
    const metrics = await call({ url: fairlead.url, path: '/metrics', method: 'GET' });
    const stats = (await (await fetch(chaos.simulator.url.replace(/\/v1$/, '/simulator/stats'))).json()) as {
      readonly open: number;
      readonly redirects_followed: number;
    };

    assert.equal(wallet.spent, charged);
    assert.equal(wallet.balance, credit - charged);
    assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
    assert.match(metrics.body.toString(), /^fairlead_open_generations 0$/m);
    assert.match(metrics.body.toString(), /^fairlead_journal_unposted 0$/m);
    assert.deepEqual([stats.open, stats.redirects_followed], [0, 0]);
    assert.doesNotMatch(
      fairlead.stderr(),
      /generation-crashed|charge-overran|keeper-died|journal-(died|full|poisoned)/,
    );
  });

  test('each fault harmed the health of what it should, and of nothing else', async () => {
    await eventually(async () => {
      for (const cell of cells) assert.deepEqual([nameOf(cell), harmSeen(cell)], [nameOf(cell), harmOf(cell)]);
    }, 10_000);
  });

  test('what was asked lies nowhere', () => {
    const secrets = { canary };
    const { files, hits } = scanFolder(fairlead.folder, secrets);

    assert.ok(files.length > 3);
    assert.deepEqual([...hits, ...scanBytes('stderr', Buffer.from(fairlead.stderr()), secrets)], []);
  });

  test('no socket is left open', { skip: process.platform !== 'linux' }, async () => {
    // Connections to upstreams are kept for some seconds after their last use.
    await eventually(async () => {
      const left = openSockets(fairlead.pid) - socketsBefore;
      assert.ok(left <= 2, `${left} more than before`);
    }, 45_000);
  });

  test('the tier stays within its time', () => {
    process.stdout.write(
      `${cells.length + callers.length} cells of ${countModes()} modes in ${seconds.toFixed(1)} s\n`,
    );
    for (const [timing, count] of countByTiming(cells)) process.stdout.write(`  ${timing}: ${count}\n`);
    process.stdout.write(`  the caller's own: ${callers.length}\n`);
    // On a machine that others keep busy the clock says nothing of us.
    const [, load = 0] = loadavg();
    const isOurs = load < 2 * availableParallelism();
    assert.ok(seconds < minutesMax * 60 || !isOurs, `${seconds} s`);
  });
}

function countModes(): number {
  return new Set(cells.map(({ expected }) => expected.mode.replace(/-\d+$/, ''))).size;
}

/** What the log says was put out because of this cell. */
function harmSeen(cell: Cell): string | undefined {
  return outs().get(modelOf(cell));
}

let readLength = 0;
let known = new Map<string, string>();

function outs(): ReadonlyMap<string, string> {
  const text = fairlead.stderr();
  if (text.length === readLength) return known;
  readLength = text.length;
  const lines = text.split('\n').filter((line) => line.includes('"endpoint-out"'));
  known = new Map(lines.map((line) => [JSON.parse(line).endpoint.split('@')[0], JSON.parse(line).reason]));
  return known;
}

function openSockets(pid: number): number {
  if (process.platform !== 'linux') return 0;
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((name) => {
    try {
      return readlinkSync(join(folder, name)).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}

function greenOnes(all: readonly Result[]): string {
  return all
    .filter(({ problem }) => problem === undefined)
    .slice(0, 20)
    .map(({ cell }) => nameOf(cell))
    .join('\n');
}

function percent(part: number, all: number): string {
  return ((100 * part) / Math.max(1, all)).toFixed(1);
}
