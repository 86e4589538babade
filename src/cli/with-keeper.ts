import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '#config/config.ts';
import { placesOf } from '#config/places.ts';
import { fileJudges } from '#file-judges.ts';
import { Refused } from '#keeper/commands/command.ts';
import { runCommand } from '#keeper/commands/table.ts';
import { takeDataDirectoryLock } from '#keeper/data-directory-lock.ts';
import { toCatalogueInput } from '#keeper/interface/catalogue-input.ts';
import { socketPaths } from '#keeper/interface/socket-paths.ts';
import { openKeeper } from '#keeper/open-keeper.ts';
import { type AskKeeper, connectKeeper } from './keeper-client.ts';

/** Another command has the store open for a moment only; a server that starts will soon accept. */
const patienceMs = 5_000;

type NeededConfig = Pick<
  Config,
  | 'dataDir'
  | 'databaseUrl'
  | 'pepper'
  | 'trustKey'
  | 'retention'
  | 'policy'
  | 'contracts'
  | 'mail'
  | 'deletion'
  | 'inspection'
  | 'keyPrefix'
  | 'upstreams'
  | 'models'
  | 'markup'
  | 'payments'
  | 'publicUrl'
  | 'origins'
  | 'deadlines'
>;

/**
 * Gives a way to ask the keeper: the one that runs, over its socket, or, when none does, its commands on the store
 * opened here, under the same lock that a server would take.
 */
export async function withKeeper<Value>(config: NeededConfig, use: (ask: AskKeeper) => Promise<Value>): Promise<Value> {
  const { dataDir } = config;
  const until = Date.now() + patienceMs;
  do {
    const { keeper } = socketPaths(dataDir);
    const client = await connectKeeper(keeper);
    if (client) return await use(client.ask).finally(client.close);
    using lock = takeDataDirectoryLock(dataDir);
    if (lock) return await onOpenedStore(config, use);
    await sleep(50);
  } while (Date.now() < until);
  throw new Refused(`Something else uses the data directory ${dataDir}, and answers no commands. Try again shortly.`);
}

async function onOpenedStore<Value>(config: NeededConfig, use: (ask: AskKeeper) => Promise<Value>): Promise<Value> {
  const opened = await openKeeper({
    ...config,
    mailHost: config.mail && new URL(config.mail.url).hostname,
    leftover: config.deletion.leftover,
    payments: config.payments && { ...config.payments, returnUrl: config.publicUrl },
    catalogue: toCatalogueInput({ ...config, places: placesOf(config) }),
    judges: fileJudges(config.deadlines.firstContentMs),
  });
  // No gateway runs, so nothing is held.
  const context = { ...opened, heldOf: () => 0n, snapshot: opened.makeSnapshot };
  try {
    return await use((name, args) => runCommand(context, name, args));
  } finally {
    await opened.store.close();
  }
}
