// Every fault of the simulator in every situation, many at once against one Fairlead. A cell counts only when the
// simulator says that its fault was delivered.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { faultModes, startSimulator } from '#simulator/simulator.ts';
import { call, generationOf } from '../journeys/caller.ts';
import { eventually, runFairlead, toNano } from '../journeys/running-fairlead.ts';
import { expectedOutcomes } from './expected-outcomes.ts';
import { type Cell, configFor, drawCells, earnRetries, nameOf, playCell } from './fault-cells.ts';
import { judgeCell } from './judge-cell.ts';

const groupMax = 40;
const credit = 1_001_000_000_000n;
const startedAt = performance.now();

// A letter each sixtieth of a second: the first come before we give up, the whole long after.
const simulator = await startSimulator({ port: 0, timeScale: 60 });
after(() => simulator.close());
const fairlead = await runFairlead({ after }, { config: await configFor(simulator.url) });
await fairlead.ask('wallet-credit', { usd: '1000.00' });
const cells = drawCells();
const failures = new Map<Cell, unknown>();
let charged = 0n;

for (const group of groupsOf(cells)) {
  await earnRetries(group.length, fairlead);
  const before = await deliveredFaults();
  await Promise.all(group.map((cell) => play(cell).catch((thrown) => failures.set(cell, thrown))));
  for (const cell of group) await assertDelivered(cell, before).catch((thrown) => failures.set(cell, thrown));
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
  assert.ok(seconds < 180);
});

async function play(cell: Cell): Promise<void> {
  const reply = await playCell(cell, fairlead);
  const record = await fairlead.explain(generationOf(reply));
  charged += toNano(record.charge_usd);
  judgeCell(cell, reply, record);
}

/** Cells of one group have different faults, so that each finds its own in the simulator's count. */
function groupsOf(all: readonly Cell[]): Cell[][] {
  const groups: Cell[][] = [];
  for (const cell of all) {
    const group = groups.find(
      (each) => each.length < groupMax && each.every(({ expected }) => expected.mode !== cell.expected.mode),
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
