import type { Deadlines, Limits } from '#core/generation/deadlines.ts';
import type { StrategyName } from '#core/routing/strategies/strategy-names.ts';
import { decodeSnapshot } from '#keeper/interface/decode-snapshot.ts';
import type { FromKeeper } from '#keeper/interface/messages.ts';
import { pseudonymizer } from '#keeper/interface/pseudonym.ts';
import type { Log } from '#observe/log.ts';
import type { Meters } from '#observe/meters.ts';
import { type ProviderAccount, Providers } from '#outgoing/providers/providers.ts';
import { ExpectedOutputs } from './admit/admit-rates.ts';
import { LeaseBook } from './admit/lease-book.ts';
import { RateBook } from './admit/rate-book.ts';
import { HedgeBudget } from './attempt/hedge-budget.ts';
import { RetryBudget } from './attempt/retry-budget.ts';
import { Callers } from './caller/callers.ts';
import { DoorKeeper } from './caller/door-keeper.ts';
import { SightingBoard } from './caller/sighting-board.ts';
import type { Gateway } from './gateway.ts';
import { CaptureDesk } from './inspection/capture-desk.ts';
import { type OpenJournal, openJournal } from './journal/open-journal.ts';
import { KeeperLink } from './keeper-link.ts';
import { eraseObjects } from './kept/erase-objects.ts';
import { watchOperations } from './kept/operation-watch.ts';
import { StoredObjects } from './kept/stored-objects.ts';
import { ProgressBook } from './meter/progress-book.ts';
import { TokenCounter } from './meter/token-counter.ts';
import { AffinityTable } from './plan/affinity-table.ts';
import { HealthBoard } from './plan/health-board.ts';
import { HeldBytes } from './relay/held-answer.ts';
import { Roster } from './roster.ts';

export type GatewayOptions = {
  readonly instance: string;
  readonly dataDir: string;
  readonly keeperSocket: string;
  readonly keyPrefix: string;
  readonly pepper: Uint8Array;
  readonly accounts: readonly ProviderAccount[];
  readonly deadlines: Deadlines;
  readonly strategy: StrategyName;
  readonly autoModels: readonly string[] | undefined;
  readonly ownKeyFeeBasisPoints: number;
  readonly limits: Pick<Limits, 'openGenerationsMax' | 'eventLoopLagMsMax' | 'heldBytesMax' | 'staleMsMax'>;
  readonly log: Log;
  readonly meters: Meters;
};

export type OpenGateway = {
  readonly gateway: Gateway;
  readonly journal: OpenJournal;
  /** Other credentials: for all requests from now on. Addresses stay as they were at the start. */
  renewCredentials(accounts: readonly ProviderAccount[]): void;
  /** Resolves when others took this instance for gone: whoever started it starts another. */
  readonly fenced: Promise<void>;
  /** Says that this process will leave, while it still serves. */
  announceDrain(): void;
  /** No new generations; resolves when the open ones ended, at the latest after `drainMs`, and all was given back. */
  drain(): Promise<void>;
};

const welcomeMs = 10_000;
const goodbyeMs = 5_000;

/** Resolves when the keeper has welcomed this gateway and its journal can be written. */
export async function openGateway(options: GatewayOptions): Promise<OpenGateway> {
  const { instance, log, meters, deadlines } = options;
  const welcomed = Promise.withResolvers<void>();
  const fenced = Promise.withResolvers<void>();
  let known = 0;
  const takeSnapshot = (message: Extract<FromKeeper, { snapshot: unknown }>) => {
    // Before anybody can be sent there.
    if (providers.adopt(message.accounts)) gateway.health.renewCredentials();
    gateway.catalogue = decodeSnapshot(message.snapshot);
    gateway.policy = message.snapshot.policy;
    gateway.contact = headerText(message.snapshot.contact);
    gateway.health.keepOnly(gateway.catalogue.models);
  };
  const keeper = new KeeperLink({
    path: options.keeperSocket,
    instance,
    log,
    news: {
      welcome(message) {
        takeSnapshot(message);
        // What changed between two connections is not told again.
        if (message.sequence !== known) callers.forgetAll(message.sequence);
        known = message.sequence;
        leases.sayEverything();
        gateway.rates.settleUp();
        welcomed.resolve();
      },
      changed(message) {
        callers.forget(message.changes, message.sequence);
        known = message.sequence;
      },
      snapshot: takeSnapshot,
      fenced: () => fenced.resolve(),
      recall: ({ allowance }) => leases.recall(allowance),
      hints: ({ hints }) => gateway.health.takeHints(hints),
    },
  });
  const { pepper, keyPrefix: prefix, limits } = options;
  const callers = new Callers({ link: keeper, pepper, prefix, staleMsMax: limits.staleMsMax });
  const leases = new LeaseBook({ link: keeper, instance });
  const journal = await openJournal({
    dataDir: options.dataDir,
    instance,
    keeperSocket: options.keeperSocket,
    onAlarm(alarm) {
      meters.alarmed(alarm);
      log(alarm, { instance });
    },
  });
  const providers = new Providers(options.accounts, deadlines);
  const gateway: Gateway = {
    instance,
    keeper,
    callers,
    leases,
    rates: new RateBook(keeper),
    expected: new ExpectedOutputs(),
    sightings: new SightingBoard((message) => keeper.say(message)),
    journal,
    progress: new ProgressBook(),
    captures: new CaptureDesk(keeper),
    objects: new StoredObjects(keeper),
    affinities: new AffinityTable(),
    providers,
    retries: new RetryBudget(),
    hedges: new HedgeBudget(),
    health: new HealthBoard({ instance, providers, deadlines, log, meters, say: (message) => keeper.say(message) }),
    silentEndpoints: new Set(),
    counter: new TokenCounter(),
    heldBytes: new HeldBytes(options.limits.heldBytesMax, meters.content),
    deadlines,
    strategy: options.strategy,
    autoModels: options.autoModels,
    ownKeyFeeBasisPoints: options.ownKeyFeeBasisPoints,
    door: new DoorKeeper({
      insideMax: options.limits.openGenerationsMax,
      lagMsMax: options.limits.eventLoopLagMsMax,
      lagsForMs: deadlines.overloadMs,
      waitMs: deadlines.queueMs,
      log,
    }),
    log,
    meters,
    pseudonym: pseudonymizer(options.pepper),
    catalogue: { models: [], byName: new Map(), own: new Map() },
    contact: undefined,
    policy: undefined,
    open: 0,
    onForcedDrain: new Roster(),
    phase: 'serving',
  };
  keeper.start();
  const batches = watchOperations(gateway, deadlines.probeMs);
  const erasing = eraseObjects(gateway, deadlines.probeMs);
  await withDeadline(welcomed.promise, welcomeMs);
  const announceDrain = () => {
    gateway.phase = 'leaving';
  };
  const renewCredentials = (accounts: readonly ProviderAccount[]) => {
    for (const account of accounts) providers.renew(account);
    gateway.health.renewCredentials();
  };
  return {
    gateway,
    journal,
    renewCredentials,
    fenced: fenced.promise,
    announceDrain,
    drain: () => {
      batches.close();
      erasing.close();
      return drain(gateway, journal);
    },
  };
}

async function drain(gateway: Gateway, journal: OpenJournal): Promise<void> {
  gateway.phase = 'draining';
  const until = performance.now() + gateway.deadlines.drainMs;
  while (gateway.open > 0 && performance.now() < until) await sleep(20);
  for (const each of gateway.onForcedDrain) each.drain();
  const lastUntil = performance.now() + goodbyeMs;
  while (gateway.open > 0 && performance.now() < lastUntil) await sleep(20);
  gateway.door.close();
  // Everything written is posted first, so that nothing of it is late.
  await journal.close(goodbyeMs);
  gateway.counter.close();
  gateway.progress.close();
  gateway.leases.giveAll();
  await gateway.keeper.ask({ kind: 'bye' }, goodbyeMs);
  gateway.leases.close();
  gateway.keeper.close();
  gateway.health.close();
  gateway.sightings.close();
  gateway.providers.close();
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function withDeadline(promise: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the keeper did not welcome the gateway')), ms);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** What is no ASCII is written as in an address. */
function headerText(text: string | undefined): string | undefined {
  return text === undefined || /^[\x20-\x7e]{1,200}$/.test(text) ? text : encodeURI(text).slice(0, 400);
}
