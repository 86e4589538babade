// Gateways, keepers and a store, and whatever can happen to them: lost answers, cut wires, crashes, clocks that jump, stores
// that fail before a commit or after it. After every step the invariants of the lease protocol hold, and when all has
// ended every nano-dollar is where it belongs. CI plays 50,000; `npm test -- model --commands 1000000` by hand.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import type { Command } from './commands.ts';
import { assertInvariants, assertSettled } from './invariants.ts';
import { commandsOf, shrink } from './play.ts';
import { type Monotonic, World } from './world.ts';

const commandsMin = Number(process.env.FAIRLEAD_TEST_COMMANDS ?? 10_000);
const firstSeed = Number(process.env.FAIRLEAD_TEST_SEED ?? Date.now() % 1_000_000_000);
const each = 500;
const tidyMs = 5_000;

type Seen = Record<'held' | 'ended' | 'paid' | 'late' | 'crashed', number>;

test('whatever happens in whatever order, nobody is overspent and nothing is lost', {
  timeout: 6 * 3_600_000,
}, async (t) => {
  const startedAt = process.hrtime.bigint();
  const seen: Seen = { held: 0, ended: 0, paid: 0, late: 0, crashed: 0 };
  const monotonic = mockClocks(t);
  const play = (commands: readonly Command[]) => playOnce(commands, monotonic, seen);

  let seed = firstSeed;
  for (let taken = 0; taken < commandsMin; taken += each, seed += 1) {
    const commands = commandsOf(seed, each);
    try {
      await play(commands);
    } catch {
      const least = await shrink(commands, play);
      const list = least.commands.map((command) => JSON.stringify(command)).join('\n');
      throw new Error(`seed ${seed} (again: --seed ${seed} --commands ${each}):\n${list}`, { cause: least.thrown });
    }
  }

  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9;
  const told = `seeds ${firstSeed} to ${seed - 1}: ${(seed - firstSeed) * each} commands in ${seconds.toFixed(1)} s`;
  process.stdout.write(`${told}, of generations ${JSON.stringify(seen)}\n`);
  // A model in which little ever comes about proves little.
  const isRich = seen.paid > commandsMin / 50 && seen.late > 0 && seen.crashed > 0;
  assert.ok(isRich || commandsMin < 50_000, JSON.stringify(seen));
});

function mockClocks(t: TestContext): Monotonic {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const monotonic: Monotonic = {
    now: 1_000,
    tidy() {
      monotonic.now += tidyMs;
      t.mock.timers.tick(tidyMs);
    },
  };
  t.mock.method(performance, 'now', () => monotonic.now);
  return monotonic;
}

async function playOnce(commands: readonly Command[], monotonic: Monotonic, seen: Seen): Promise<void> {
  const world = await World.make(monotonic);
  try {
    for (const [who] of world.gateways.entries()) await world.take({ do: 'connect', who, keeper: who % 2 });
    for (const command of commands) {
      await world.take(command);
      await assertInvariants(world);
    }
    await world.heal();
    await assertInvariants(world);
    await assertSettled(world);
    await count(seen, world);
  } finally {
    world.close();
  }
}

async function count(seen: Seen, world: World): Promise<void> {
  for (const { begins, ends } of world.journals.values()) {
    seen.held += begins.size;
    seen.ended += ends.length;
  }
  for (const row of await world.memory.database.all('select charge, payable, state from settlement')) {
    if (row.state === 'released') seen.crashed += 1;
    else if (row.payable !== row.charge) seen.late += 1;
    else if (row.payable !== 0n) seen.paid += 1;
  }
}
