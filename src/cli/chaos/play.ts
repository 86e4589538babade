import { setTimeout as sleep } from 'node:timers/promises';
import { type DoorMode, type Doors, openDoors } from '#simulator/doors/doors.ts';
import type { ServedLine } from '#simulator/served-line.ts';
import { type Simulator, startSimulator } from '#simulator/simulator.ts';
import { Caller, type Reply, type Server } from './caller.ts';
import { type Cell, failsOver, firstOutcome, isMendedByRetry } from './cells.ts';
import { modelOf, timeScale, warmModelOf } from './configuration.ts';
import { isSilent } from './expected.ts';
import { judgeCell } from './judge.ts';
import type { Explained } from './record.ts';
import { RetryPurse } from './retry-purse.ts';
import { toolsOf } from './ways.ts';

/** The chaos upstreams of one run, and what reached whom. */
export type Chaos = {
  readonly simulator: Simulator;
  readonly doors: Doors;
  /** Modes that reached the question of this mark. */
  readonly delivered: ReadonlyMap<string, ReadonlySet<string>>;
  /** What was served to the question of this mark, in the order in which it ended. */
  readonly served: ReadonlyMap<string, readonly ServedLine[]>;
  /** How many knocks at a door are accounted for. */
  readonly claimed: Map<DoorMode, number>;
  close(): Promise<void>;
};

export async function startChaos(ports: { readonly simulator: number; readonly doors: number }): Promise<Chaos> {
  const delivered = new Map<string, Set<string>>();
  const served = new Map<string, ServedLine[]>();
  const simulator = await startSimulator({
    port: ports.simulator,
    timeScale,
    onFault(mode, mark = '') {
      delivered.set(mark, (delivered.get(mark) ?? new Set()).add(mode));
    },
    onServed(line, mark) {
      if (mark !== undefined) served.set(mark, [...(served.get(mark) ?? []), line]);
    },
  });
  const doors = await openDoors(ports.doors);
  return {
    ...{ simulator, doors, delivered, served, claimed: new Map() },
    async close() {
      await Promise.all([simulator.close(), doors.close()]);
    },
  };
}

export type Match = {
  readonly chaos: Chaos;
  readonly server: Server;
  /** A word that every question says: nobody may keep it. */
  readonly canary: string;
  /** Waits until the record shows; undefined where records are out of reach. */
  readonly explain: (generation: string) => Promise<Explained | undefined>;
};

export type Result = {
  readonly cell: Cell;
  /** Undefined: it is as it must be. */
  readonly problem: unknown;
  /** Of the generation's record. */
  readonly charge: string | undefined;
  /** Played alone once more, since the machine had been too busy. */
  readonly isAgain: boolean;
  /** To be played again. */
  readonly isVoid: boolean;
};

const groupMax = 24;
const silentGroupMax = 100;
/** What a group may need of the retries that the last ten seconds allow. */
const retriesMax = 80;
/** So many may be played again because the machine was too busy to deliver their fault. */
const againMax = 60;
const againGroupMax = 10;
/** An upstream that we no longer need hears of it at once; a busy machine may take a moment. */
const abortedWithinMs = 5_000;
const deliveredWithinMs = 2_000;

/** Plays all cells, many at once, and those alone again whose fault the machine was too busy to deliver. */
export async function playCells(
  cells: readonly Cell[],
  match: Match,
  /** Of every question as it ends, also of those that are asked again. */
  tell: (result: Result) => void = () => {},
): Promise<readonly Result[]> {
  const caller = new Caller(match.server);
  const hands = { caller, purse: new RetryPurse(caller) };
  const results: Result[] = [];
  const missing: Cell[] = [];
  for (const group of groupsOf(cells)) {
    for (const { isDelivered, ...result } of await playGroup(group, match, hands)) {
      const isVoid = !isDelivered && missing.length < againMax;
      if (isVoid) missing.push(result.cell);
      else results.push(result);
      tell({ ...result, isVoid });
    }
  }
  for (const group of againGroupsOf(missing)) {
    // They fail over when they have waited, seconds after their retries were earned: those of others must not count then.
    if (group.length > 1) await hands.purse.rest();
    for (const { isDelivered: _, ...again } of await playGroup(group, match, hands)) {
      results.push({ ...again, isAgain: true });
      tell({ ...again, isAgain: true });
    }
  }
  caller.close();
  return results;
}

type Played = Result & { readonly isDelivered: boolean };

function attemptsOf(record: Explained | undefined): string {
  return record?.attempts.map(({ endpoint, verdict }) => `${endpoint} ${verdict}`).join(', ') ?? 'no record';
}

type Hands = { readonly caller: Caller; readonly purse: RetryPurse };

async function playGroup(group: readonly Cell[], match: Match, { caller, purse }: Hands): Promise<readonly Played[]> {
  const retries = group.filter(wantsRetry).length;
  await purse.fill(retries);
  const played = await Promise.all(group.map((cell) => playCell(cell, match, caller)));
  purse.spend(retries);
  return played;
}

async function playCell(cell: Cell, { chaos, explain, canary }: Match, caller: Caller): Promise<Played> {
  const { way, expected } = cell;
  if (expected.mode === 'closed-on-reuse')
    await caller.post(way.path(warmModelOf(cell)), way.body(warmModelOf(cell), 'warm'));
  const model = modelOf(cell);
  const reply = await caller.post(way.path(model), {
    ...way.body(model, `say ${canary} to ${cell.id}`),
    ...(expected.needs?.includes('calls') ? toolsOf(way) : {}),
  });
  let charge: string | undefined;
  let isDelivered = false;
  try {
    const record = await recordOf(reply, explain);
    charge = record?.charge_usd;
    isDelivered = expected.isDoor ? knocked(cell, chaos, record) : await wasDelivered(cell, chaos);
    if (!isDelivered) throw new Error(`the fault was not delivered: ${attemptsOf(record)}`);
    // A busy machine lets go by the seconds in which the retries of a whole group were earned.
    isDelivered = !(failsOver(cell) && record?.attempts.length === 1);
    if (!isDelivered) throw new Error(`there was no retry left: ${attemptsOf(record)}`);
    await untilLetGo(cell, chaos, record);
    judgeCell(cell, { reply, record, served: chaos.served.get(cell.id)?.at(-1) });
    return { cell, problem: undefined, charge, isAgain: false, isVoid: false, isDelivered };
  } catch (problem) {
    return { cell, problem, charge, isAgain: false, isVoid: false, isDelivered };
  }
}

async function recordOf(reply: Reply, explain: Match['explain']): Promise<Explained | undefined> {
  const generation = reply.headers['x-generation-id'];
  if (generation === undefined) throw new Error(`no generation id: status ${reply.status}`);
  return await explain(String(generation)).catch((thrown: unknown) => {
    const body = reply.body.subarray(0, 300).toString();
    throw new Error(`no record: status ${reply.status} after ${Math.round(reply.ms)} ms, ${body}`, { cause: thrown });
  });
}

/** The chaos upstream says that its fault reached this very question. */
async function wasDelivered({ id, expected }: Cell, chaos: Chaos): Promise<boolean> {
  return await until(() => chaos.delivered.get(id)?.has(expected.mode) === true, deliveredWithinMs);
}

/**
 * A door cannot know who knocks: each attempt at it takes one of the knocks that it counted. Where nobody listens, the
 * record alone can say it; and where a handshake hangs, several attempts may wait for the same one.
 */
function knocked(cell: Cell, { doors, claimed }: Chaos, record: Explained | undefined): boolean {
  const mode = cell.expected.mode as DoorMode;
  if (mode === 'refused') return true;
  const attempts = record?.attempts.filter(({ endpoint }) => !isSimulated(cell, endpoint)).length ?? 1;
  const claims = (claimed.get(mode) ?? 0) + attempts;
  claimed.set(mode, claims);
  return attempts > 0 && doors.knocks(mode) >= (mode === 'tls-stall' ? 1 : claims);
}

/** Whatever was asked of the simulator is over there too: nobody works on for a caller that has its outcome. */
async function untilLetGo(cell: Cell, chaos: Chaos, record: Explained | undefined): Promise<void> {
  const asked = record === undefined ? 1 : record.attempts.filter(({ endpoint }) => isSimulated(cell, endpoint)).length;
  if (cell.expected.isDoor && record === undefined) return;
  const isOver = await until(() => (chaos.served.get(cell.id)?.length ?? 0) >= asked, abortedWithinMs);
  if (!isOver) throw new Error(`the upstream still works for nobody: ${asked} were asked`);
}

function isSimulated({ expected }: Cell, endpoint: string): boolean {
  return !expected.isDoor || /@healthy-/.test(endpoint);
}

async function until(look: () => boolean, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (!look()) {
    if (performance.now() > end) return false;
    await sleep(10);
  }
  return true;
}

function wantsRetry(cell: Cell): boolean {
  return firstOutcome(cell).kind === 'before' || isMendedByRetry(cell);
}

/** Those that only wait are among themselves, and many; of heavy ones there is one at a time. */
function groupsOf(cells: readonly Cell[]): Cell[][] {
  const groups: Cell[][] = [];
  const open = new Map<boolean, Cell[][]>([
    [true, []],
    [false, []],
  ]);
  for (const cell of cells) {
    const isWaiting = isSilent(cell.expected);
    const room = open.get(isWaiting) ?? [];
    const max = isWaiting ? silentGroupMax : groupMax;
    const found = room.find((group) => group.length < max && fits(cell, group));
    if (found) {
      found.push(cell);
      if (found.length >= max) room.splice(room.indexOf(found), 1);
    } else {
      const group = [cell];
      groups.push(group);
      room.push(group);
    }
  }
  return groups;
}

/** Each alone, but for those that only wait. */
function againGroupsOf(cells: readonly Cell[]): Cell[][] {
  const waiting = cells.filter(({ expected }) => isSilent(expected));
  const groups = cells.filter(({ expected }) => !isSilent(expected)).map((cell) => [cell]);
  for (let at = 0; at < waiting.length; at += againGroupMax) groups.push(waiting.slice(at, at + againGroupMax));
  return groups;
}

function fits({ expected }: Cell, group: readonly Cell[]): boolean {
  if (expected.isHeavy && group.some((other) => other.expected.isHeavy)) return false;
  return group.filter(wantsRetry).length < retriesMax;
}
