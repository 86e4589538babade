// Builds everything once, from configuration to listening server, and takes it down again in the reverse order.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Config } from '#config/config.ts';
import { placesOf } from '#config/places.ts';
import { processConfig } from '#config/process-config.ts';
import { sandboxOffer } from '#config/sandbox.ts';
import { ConsoleThread } from '#console/console-thread.ts';
import { wakeForMail } from '#console/notices/wake-for-mail.ts';
import type { OpenGateway } from '#gateway/open-gateway.ts';
import { toCatalogueInput } from '#keeper/interface/catalogue-input.ts';
import { type SocketPaths, socketPaths } from '#keeper/interface/socket-paths.ts';
import { type Keeper, startKeeper } from '#keeper/start-keeper.ts';
import { createLog, type Log } from '#observe/log.ts';
import { sandboxModels } from '#simulator/sandbox-models.ts';
import { startSimulatorThread } from '#simulator/start-simulator-thread.ts';
import {
  drainGateway,
  type Role,
  rereadCredentials,
  type ServedGateway,
  serveGateway,
} from '#workers/serve-gateway.ts';
import { StartRefused } from '#workers/start-refused.ts';
import { startWorkers, type Workers } from '#workers/start-workers.ts';

type FirstStart =
  | { readonly first: true; readonly key: string; readonly setupToken: string }
  | { readonly first: false };

export type StartOptions = {
  readonly json: boolean;
  /** Gateway processes on the one port, this one included. */
  readonly workers: number;
  readonly role: Role;
};

/** `fairlead start`: runs until a signal ends it; the exit status is what it resolves to. */
export async function run(options: StartOptions): Promise<number> {
  const config = await processConfig();
  judge(options, config);
  const log = createLog(config.logLevel);
  const startedAt = performance.now();
  makeDataDir(config);
  const instance = `g_${randomBytes(12).toString('hex')}`;
  const simulatorPort = config.sandbox
    ? await startSimulatorThread(new URL('./simulator-thread.ts', import.meta.url))
    : undefined;
  const paths = socketPaths(config.dataDir);
  let workers: Workers | undefined;
  const liveInstances = () => [instance, ...(workers?.instances() ?? [])];
  const keeper = startKeeper({ ...keeperOptions(config, simulatorPort, paths, log), liveInstances });
  await keeper.ready;
  const consoleThread = new ConsoleThread({
    entry: new URL('./people-thread.ts', import.meta.url),
    socketPath: paths.console,
    keeperSocket: paths.keeper,
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    pepper: config.pepper,
    keyPrefix: config.keyPrefix,
    publicUrl: config.publicUrl,
    mail: config.mail,
    signUp: config.people.signUp,
    providers: config.people.providers,
    walletRule: config.walletRule,
    githubLeaks: config.githubLeaks,
    evidence: config.policy.evidence,
    log,
  });
  const part = { config, instance, simulatorPort, keeperSocket: paths.keeper, role: options.role, log };
  const consoleSocket = () => consoleThread.socket();
  const others = async () => (await workers?.readings()) ?? [];
  const served = await serveGateway({ ...part, consoleSocket, others, sharesPort: options.workers > 1 });
  const { opened, port } = served;
  workers = await startWorkers({
    ...{ ...part, count: options.workers - 1, config: { ...config, port }, consoleSocket },
    gone: (worker) => keeper.gone(worker),
    reading: () => served.meters.reading(),
  });
  const url = addressOf(config, port);
  // A replica that serves people alone has its upstreams tested by those that serve callers.
  const callersUrl = options.role === 'console' ? config.publicUrl : url;
  if (callersUrl !== undefined) keeper.listens(callersUrl);
  await announce(url, config, opened, options);
  if (config.mail && options.role !== 'gateway') wakeForMail(opened.gateway.keeper, consoleThread);
  // Balances are read whether or not anybody visits.
  if (config.walletRule) void consoleThread.socket().catch(() => {});
  log('started', { ms: Math.round(performance.now() - startedAt), port, instance, workers: options.workers });
  const signalled = untilSignal(() => {
    workers?.reread();
    void rereadCredentials(opened, simulatorPort, log);
  });
  // A fenced instance is never granted anything again (MONEY §2): it ends, and whoever watches over it starts another.
  const code = await Promise.race([signalled.then(() => 0), opened.fenced.then(() => 1)]);
  await shutDown({ served, workers, consoleThread, keeper, config, log });
  return code;
}

function judge({ workers, role }: StartOptions, { databaseUrl }: Config): void {
  if (role !== 'all' && databaseUrl === undefined) {
    throw new StartRefused(
      'A part of Fairlead runs by itself on PostgreSQL only: set DATABASE_URL, or leave --role out.',
    );
  }
  if (workers > 1 && process.platform !== 'linux') {
    throw new StartRefused('Several workers share a port on Linux only: leave --workers out.');
  }
}

function makeDataDir({ dataDir }: Config): void {
  try {
    makeFolders(dataDir);
  } catch {
    throw new StartRefused(`The data directory ${dataDir} cannot be made: make it, or set FAIRLEAD_DATA.`);
  }
}

/** Level by level: asked to make a whole path, Node tries for ever where nothing can be made. */
function makeFolders(path: string): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** The sandbox comes last: what the operator named decides first. */
function keeperOptions(
  config: Config,
  simulatorPort: number | undefined,
  paths: SocketPaths,
  log: Log,
): Omit<Parameters<typeof startKeeper>[0], 'liveInstances'> {
  const sandbox = simulatorPort === undefined ? undefined : sandboxOffer(simulatorPort, sandboxModels);
  return {
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    pepper: config.pepper,
    trustKey: config.trustKey,
    retention: config.retention,
    dormancy: config.dormancy,
    policy: config.policy,
    inspection: config.inspection,
    contracts: config.contracts,
    mailHost: config.mail && new URL(config.mail.url).hostname,
    leftover: config.deletion.leftover,
    payments: config.payments && { ...config.payments, returnUrl: config.publicUrl },
    generationMsMax: config.deadlines.totalMs,
    socketPath: paths.keeper,
    catalogue: toCatalogueInput({
      upstreams: [...config.upstreams, ...(sandbox ? [sandbox.upstream] : [])],
      models: [...config.models, ...(sandbox?.models ?? [])],
      markup: config.markup,
      places: placesOf(config),
    }),
    keyPrefix: config.keyPrefix,
    logLevel: config.logLevel,
    firstContentMs: config.deadlines.firstContentMs,
    entry: new URL('./keeper-thread.ts', import.meta.url),
    alertWebhook: config.alerts.webhook,
    log,
  };
}

/** stdout is a contract: address, set-up link, key and a first request on the first start, the address alone later. */
async function announce(
  url: string,
  config: Config,
  { gateway }: OpenGateway,
  { json, role }: StartOptions,
): Promise<void> {
  const first: FirstStart = role === 'gateway' ? { first: false } : await firstStart(gateway);
  const setupUrl = first.first ? `${config.publicUrl ?? url}/setup/${first.setupToken}` : null;
  const key = first.first ? first.key : null;
  const lines = json
    ? [JSON.stringify({ url, setup_url: setupUrl, key })]
    : [
        `Fairlead ${url}`,
        ...(setupUrl === null ? [] : [`Set-up ${setupUrl}`, `Key ${key}`, firstRequest(url, key ?? '')]),
      ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function addressOf({ host: configured }: Config, port: number): string {
  const host = configured === '0.0.0.0' || configured === '::' ? '127.0.0.1' : configured;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

async function firstStart({ keeper }: OpenGateway['gateway']): Promise<FirstStart> {
  const answer = await keeper.ask({ kind: 'command', name: 'first-start', args: {} }, 10_000);
  if (answer?.kind !== 'result') throw new StartRefused('The store did not answer at the first start; try again.');
  // The keeper of this process wrote it.
  return answer.value as FirstStart;
}

function firstRequest(url: string, key: string): string {
  const body = '{"model":"sandbox/echo","messages":[{"role":"user","content":"Hello, harbour"}]}';
  return `curl -s ${url}/v1/chat/completions -H "Authorization: Bearer ${key}" -H "Content-Type: application/json" -d '${body}'`;
}

/** A terminal that closes says SIGHUP to end what ran in it; everybody else means that there is something new to read. */
function untilSignal(reread: () => void): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    process.on('SIGHUP', () => (process.stdin.isTTY ? resolve() : reread()));
  });
}

type Running = {
  readonly served: ServedGateway;
  readonly workers: Workers;
  readonly consoleThread: ConsoleThread;
  readonly keeper: Keeper;
  readonly config: Config;
  readonly log: Log;
};

/** `/readyz` says no at once; for a moment new requests are still served, then the open ones end; a second signal ends now. */
async function shutDown({ served, workers, consoleThread, keeper, config, log }: Running): Promise<void> {
  log('draining', { open: served.opened.gateway.open });
  const now = () => process.exit(1);
  process.once('SIGTERM', now);
  process.once('SIGINT', now);
  await Promise.all([workers.drain(), drainGateway(served, config)]);
  await consoleThread.stop();
  await keeper.stop();
  log('stopped', {});
}
