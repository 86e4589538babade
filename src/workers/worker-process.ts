// A further gateway process of a tree, on the same port. Its parent is start-workers.ts; without it, it ends at once.
import { createLog } from '#observe/log.ts';
import type { MeterReading } from '#observe/meters.ts';
import { drainGateway, rereadCredentials, type ServedGateway, serveGateway } from './serve-gateway.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

let served: ServedGateway | undefined;
let start: Extract<ToWorker, { kind: 'start' }> | undefined;
const visitors: ((socket: string | undefined) => void)[] = [];
const curious: ((others: readonly MeterReading[]) => void)[] = [];
/** What the others had counted when the parent said it last: told again where it does not answer, since a count never falls. */
let heard: readonly MeterReading[] = [];
/** The parent itself waits a second for each of them. */
const countedMs = 3_000;

// Its streams end with it; the keeper of whoever starts next reads its journal.
process.on('disconnect', () => process.exit(1));
// A terminal says it to all of a tree, and the parent tells us when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('message', (message: ToWorker) => void hear(message));

async function hear(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'start':
      start = message;
      served = await serveGateway({
        ...message,
        log: createLog(message.config.logLevel),
        sharesPort: true,
        consoleSocket,
        others,
      });
      void endWhenFenced(served, message);
      return tell({ kind: 'ready' });
    case 'reread':
      if (served && start)
        await rereadCredentials(served.opened, start.simulatorPort, createLog(start.config.logLevel));
      return;
    case 'count':
      if (served) tell({ kind: 'counted', reading: served.meters.reading() });
      return;
    case 'counted-by-others':
      heard = message.others;
      for (const asker of curious.splice(0)) asker(heard);
      return;
    case 'drain':
      if (served && start) await drainGateway(served, start.config);
      return process.exit(0);
    case 'console':
      for (const visitor of visitors.splice(0)) visitor(message.socket);
  }
}

/** The parent starts another in its place. */
async function endWhenFenced(fenced: ServedGateway, { config }: Extract<ToWorker, { kind: 'start' }>): Promise<void> {
  await fenced.opened.fenced;
  await drainGateway(fenced, config);
  process.exit(1);
}

async function consoleSocket(): Promise<string> {
  tell({ kind: 'console' });
  const socket = await new Promise<string | undefined>((resolve) => visitors.push(resolve));
  if (socket === undefined) throw new Error('the console does not start');
  return socket;
}

async function others(): Promise<readonly MeterReading[]> {
  tell({ kind: 'others' });
  return await new Promise((resolve) => {
    const late = setTimeout(() => resolve(heard), countedMs);
    curious.push((counted) => {
      clearTimeout(late);
      resolve(counted);
    });
  });
}

function tell(message: FromWorker): void {
  process.send?.(message);
}
