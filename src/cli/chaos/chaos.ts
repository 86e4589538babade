import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused } from '#keeper/commands/command.ts';
import { type DoorMode, doorModes, doorUrl } from '#simulator/doors/doors.ts';
import type { KeeperClient } from '../keeper-client.ts';
import { Caller, type Server } from './caller.ts';
import { allCells, type Cell, draw, nameOf } from './cells.ts';
import { configurationFor, fillerModel } from './configuration.ts';
import { type Chaos, type Match, playCells, startChaos } from './play.ts';
import type { Explained } from './record.ts';
import { writeReport } from './report.ts';

export type ChaosOptions = {
  readonly config?: string;
  readonly server?: string;
  readonly key?: string;
  readonly port: string;
  readonly cells?: string;
  readonly seed: string;
  readonly json?: boolean;
};

const doorsAfter = 1;
const portMax = 65_535 - doorModes.length;
const recordWithinMs = 5_000;

/** Writes the configuration that the cells need, or plays them against a Fairlead that runs with it. Gives the exit code. */
export async function runChaos(
  options: ChaosOptions,
  connect: () => Promise<KeeperClient | undefined>,
): Promise<number> {
  const port = readPort(options.port);
  const cells = chooseCells(options);
  if (options.config !== undefined) return writeConfiguration(options.config, cells, options);
  if (options.server === undefined || options.key === undefined) {
    throw new Refused('Say --server URL and --key KEY, or --config FILE for the configuration that the server needs.');
  }
  const server = { url: options.server.replace(/\/+$/, ''), key: options.key };
  const chaos = await startChaos({ simulator: port, doors: port + doorsAfter }).catch(() => {
    throw new Refused(
      `Ports ${port} to ${port + doorModes.length} on 127.0.0.1 are not all free: choose another --port.`,
    );
  });
  const keeper = await connect();
  try {
    const isKept = await judgesRecords(server, keeper);
    const startedAt = performance.now();
    const results = await playCells(cells, { ...match(chaos, isKept ? keeper : undefined), server });
    const seconds = (performance.now() - startedAt) / 1000;
    return writeReport({ results, seconds, isKept, isJson: options.json === true });
  } finally {
    keeper?.close();
    await chaos.close();
  }
}

function match(chaos: Chaos, keeper: KeeperClient | undefined): Omit<Match, 'server'> {
  const explain = async (generation: string) => (keeper ? await untilExplained(keeper, generation) : undefined);
  return { chaos, canary: 'chaos', explain };
}

function writeConfiguration(file: string, cells: readonly Cell[], options: ChaosOptions): number {
  const port = Number(options.port);
  const doors = port + doorsAfter;
  const door = (mode: DoorMode) => doorUrl(mode, doors + doorModes.findIndex((each) => each.mode === mode));
  writeFileSync(file, configurationFor({ cells, callers: [] }, { simulator: `http://127.0.0.1:${port}/v1`, door }));
  const home = `FAIRLEAD_CONFIG=${file} FAIRLEAD_DATA=./chaos-data`;
  const lines = [
    `${file} has the upstreams of ${cells.length} cells. Start a Fairlead of its own with it, give it credit, and play them:`,
    `  ${home} bin/fairlead start`,
    `  ${home} bin/fairlead wallet credit --usd 20`,
    `  ${home} bin/fairlead chaos --server http://127.0.0.1:8080 --key sk-fl-…${sameChoice(options)}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return 0;
}

/** The cells to be played are those that the configuration was written for. */
function sameChoice({ port, cells, seed }: ChaosOptions): string {
  return ` --port ${port}${cells === undefined ? '' : ` --cells ${cells}`}${seed === '' ? '' : ` --seed ${seed}`}`;
}

function chooseCells({ cells, seed }: ChaosOptions): readonly Cell[] {
  if (cells === undefined) return allCells;
  const count = Number(cells);
  if (!/^\d{1,5}$/.test(cells) || count < 1) throw new Refused('Say --cells as a number from 1.');
  return draw(allCells, { count, seed, nameOf });
}

function readPort(given: string): number {
  const port = Number(given);
  if (!/^\d{1,5}$/.test(given) || port < 1 || port > portMax) {
    throw new Refused(`Say --port as a number from 1 to ${portMax}.`);
  }
  return port;
}

/** Refuses a server that cannot be played against; tells whether its records can be read from here. */
async function judgesRecords(server: Server, keeper: KeeperClient | undefined): Promise<boolean> {
  const caller = new Caller(server);
  const body = { model: fillerModel, messages: [{ role: 'user', content: 'fill' }] };
  const reply = await caller.post('/v1/chat/completions', body);
  caller.close();
  if (reply.status === 0) throw new Refused(`Nobody answers at ${server.url}.`);
  if (reply.status === 401) throw new Refused('This Fairlead does not take that key.');
  if (reply.status !== 200) {
    throw new Refused(
      `This Fairlead does not run with the configuration of these cells (status ${reply.status}): write it with --config FILE, with the same --port, --cells and --seed.`,
    );
  }
  if (!keeper) return false;
  return await untilExplained(keeper, String(reply.headers['x-generation-id'])).then(
    () => true,
    () => false,
  );
}

/** The record of a generation shows within two seconds of its end. */
async function untilExplained(keeper: KeeperClient, generation: string): Promise<Explained> {
  const end = performance.now() + recordWithinMs;
  for (;;) {
    try {
      // The keeper's own process made it.
      return (await keeper.ask('explain', { generation })) as Explained;
    } catch (thrown) {
      if (performance.now() > end) throw thrown;
      await sleep(20);
    }
  }
}
