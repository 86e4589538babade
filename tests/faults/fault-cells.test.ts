// Every fault of the simulator in every situation, many at once against one Fairlead. A cell counts only when the
// simulator says that its fault was delivered.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { faultModes, startSimulator } from '#simulator/simulator.ts';
import { call, generationOf } from '../journeys/caller.ts';
import { eventually, runFairlead, toNano } from '../journeys/running-fairlead.ts';
import { expectedOutcomes } from './expected-outcomes.ts';
import { type Cell, configFor, drawCells, earnRetries, isSilent, nameOf, playCell } from './fault-cells.ts';
import { judgeCell } from './judge-cell.ts';

const groupMax = 16;
/** So many may be played again because the machine was too busy to deliver their fault. */
const againMax = 12;
const credit = 1_001_000_000_000n;
const startedAt = performance.now();

// A letter each tenth of a second: the first come before we give up, the whole long after.
const simulator = await startSimulator({ port: 0, timeScale: 10 });
after(() => simulator.close());
const fairlead = await runFairlead({ after }, { config: await configFor(simulator.url) });
await fairlead.ask('wallet-credit', { usd: '1000.00' });
const cells = drawCells();
const failures = new Map<Cell, unknown>();
let charged = 0n;

const undelivered: Cell[] = [];
for (const group of groupsOf(cells)) undelivered.push(...(await playGroup(group)));
// What was not delivered says nothing of us: it is played alone, and must be delivered then.
for (const cell of undelivered.slice(0, againMax)) {
  process.stdout.write(`again, alone: ${nameOf(cell)}\n`);
  failures.delete(cell);
  await playGroup([cell]);
}
const seconds = (performance.now() - startedAt) / 1000;

for (const cell of cells) {
  test(nameOf(cell), () => {
    if (failures.has(cell)) throw failures.get(cell);
  });
}

test('every fault that the simulator knows has an expectation', () => {
  const known = faultModes.map(({ mode }) => mode.replace('<k>', ''));
  const missing = known.filter((mode) => !expectedOutcomes.some((expected) => expected.mode.startsWith(mode)));

  assert.deepEqual(missing, []);
});

test('afterwards nothing is held or open, every charge is on the books, and nobody followed a redirect', async () => {
  const wallet = await fairlead.settledWallet();
  const metrics = await call({ url: fairlead.url, path: '/metrics', method: 'GET' });
  const stats = await readStats();

  assert.equal(wallet.spent, charged);
  assert.equal(wallet.balance, credit - charged);
  assert.equal((await fairlead.ask<{ ok: boolean }>('ledger-check')).ok, true);
  assert.match(metrics.body.toString(), /^fairlead_open_generations 0$/m);
  assert.match(metrics.body.toString(), /^fairlead_journal_unposted 0$/m);
  assert.deepEqual([stats.open, stats.redirects_followed], [0, 0]);
  assert.doesNotMatch(fairlead.stderr(), /generation-crashed|charge-overran|keeper-died|journal-(died|full|poisoned)/);
});

test('the tier stays within its time', () => {
  process.stdout.write(`${cells.length} cells in ${seconds.toFixed(1)} s\n`);
  assert.ok(seconds < 300);
});

/** Plays them at once; returns those whose fault was not delivered. */
async function playGroup(group: readonly Cell[]): Promise<readonly Cell[]> {
  const missing: Cell[] = [];
  await earnRetries(group.length, fairlead);
  const before = await deliveredFaults();
  await Promise.all(group.map((cell) => play(cell).catch((thrown) => failures.set(cell, thrown))));
  for (const cell of group) {
    await assertDelivered(cell, before).catch((thrown) => {
      failures.set(cell, thrown);
      missing.push(cell);
    });
  }
  return missing;
}

async function play(cell: Cell): Promise<void> {
  const reply = await playCell(cell, fairlead);
  const record = await fairlead.explain(generationOf(reply));
  charged += toNano(record.charge_usd);
  judgeCell(cell, reply, record);
}

/**
 * Cells of one group have different faults, so that each finds its own in the simulator's count. Those that only wait are
 * among themselves.
 */
function groupsOf(all: readonly Cell[]): Cell[][] {
  const groups: Cell[][] = [];
  for (const cell of all) {
    const group = groups.find(
      (each) =>
        each.length < groupMax &&
        each.every(({ expected }) => expected.mode !== cell.expected.mode) &&
        each.every(({ expected }) => isSilent(expected) === isSilent(cell.expected)),
    );
    if (group) group.push(cell);
    else groups.push([cell]);
  }
  return groups;
}

type Stats = {
  readonly open: number;
  readonly faults: Readonly<Record<string, number>>;
  readonly redirects_followed: number;
};

async function readStats(): Promise<Stats> {
  const reply = await fetch(simulator.url.replace(/\/v1$/, '/simulator/stats'));
  return (await reply.json()) as Stats;
}

async function deliveredFaults(): Promise<Stats['faults']> {
  return (await readStats()).faults;
}

async function assertDelivered({ expected }: Cell, before: Stats['faults']): Promise<void> {
  if (expected.isUncounted) return;
  await eventually(async () => {
    const now = (await deliveredFaults())[expected.mode] ?? 0;
    assert.ok(now > (before[expected.mode] ?? 0), 'the fault was not delivered');
  }, 1_000);
}
