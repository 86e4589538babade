// Builds everything once, from configuration to listening server, and takes it down again in the reverse order.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { Config } from '#config/config.ts';
import { processConfig } from '#config/process-config.ts';
import { sandboxOffer } from '#config/sandbox.ts';
import { ConsoleThread } from '#console/console-thread.ts';
import { type OpenGateway, openGateway } from '#gateway/open-gateway.ts';
import { PassThrough } from '#http/data/pass-through.ts';
import { createDataServer } from '#http/data/serve-data.ts';
import { Vitals } from '#http/data/vitals.ts';
import { toCatalogueInput } from '#keeper/interface/catalogue-input.ts';
import { type SocketPaths, socketPaths } from '#keeper/interface/socket-paths.ts';
import { readOrMakePepper } from '#keeper/pepper.ts';
import { type Keeper, startKeeper } from '#keeper/start-keeper.ts';
import { createLog, type Log } from '#observe/log.ts';
import { MeterBoard } from '#observe/meters.ts';
import { sandboxModels } from '#simulator/sandbox-models.ts';
import { startSimulatorThread } from '#simulator/start-simulator-thread.ts';

type FirstStart =
  | { readonly first: true; readonly key: string; readonly setupToken: string }
  | { readonly first: false };

/** A sentence for the operator: why this cannot start. */
class StartRefused extends Error {
  override readonly name = 'StartRefused';
  readonly sentence: string;

  constructor(sentence: string) {
    super('start refused');
    this.sentence = sentence;
  }
}

/** `fairlead start`: runs until a signal ends it; the exit status is what it resolves to. */
export async function run(options: { readonly json: boolean }): Promise<number> {
  const config = await processConfig();
  const log = createLog(config.logLevel);
  const startedAt = performance.now();
  makeDataDir(config);
  const instance = `g_${randomBytes(12).toString('hex')}`;
  const simulatorPort = config.sandbox ? await startSimulatorThread() : undefined;
  const paths = socketPaths(config.dataDir);
  const keeper = startKeeper(keeperOptions(config, simulatorPort, paths, instance, log));
  await keeper.ready;
  const meters = new MeterBoard({
    fairlead_open_generations_max: {
      help: 'generations that are let in now; fewer than limits.open_generations_max when this process cannot keep up',
      read: () => opened.gateway.door.limit,
    },
    fairlead_waiting_generations: {
      help: 'requests that wait at the door',
      read: () => opened.gateway.door.waiting,
    },
    fairlead_open_generations: { help: 'generations open now', read: () => opened.gateway.open },
    fairlead_journal_unposted: { help: 'end records not posted yet', read: () => opened.journal.stats().unposted },
    fairlead_held_bytes: {
      help: 'bytes of answers that wait for their end',
      read: () => opened.gateway.heldBytes.used,
    },
    fairlead_endpoints_out: { help: 'endpoints that get no requests now', read: () => opened.gateway.health.out },
    fairlead_leases: { help: 'leases held by this gateway', read: () => opened.gateway.leases.leases.size },
  });
  const opened = await openGateway({
    instance,
    dataDir: config.dataDir,
    keeperSocket: paths.keeper,
    keyPrefix: config.keyPrefix,
    pepper: readOrMakePepper(config.dataDir, config.pepper),
    accounts: accountsOf(config, simulatorPort),
    deadlines: config.deadlines,
    strategy: config.routing.strategy,
    autoModels: config.routing.autoModels,
    limits: config.limits,
    log,
    meters,
  });
  const consoleThread = new ConsoleThread({
    entry: new URL('./people-thread.ts', import.meta.url),
    socketPath: paths.console,
    keeperSocket: paths.keeper,
    dataDir: config.dataDir,
    keyPrefix: config.keyPrefix,
    log,
  });
  const server = createDataServer({
    gateway: opened.gateway,
    passThrough: new PassThrough({ consoleSocket: () => consoleThread.socket(), simulatorPort }),
    vitals: new Vitals({ trouble: () => troubleOf(opened), expose: () => meters.expose() }),
    jsonBodyBytesMax: config.limits.jsonBodyBytesMax,
  });
  await listen(server, config);
  await announce(server, config, opened, options);
  log('started', { ms: Math.round(performance.now() - startedAt), port: portOf(server), instance });
  await untilSignal(() => rereadCredentials(opened, simulatorPort, log));
  await shutDown({ server, opened, consoleThread, keeper, config, log });
  return 0;
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
  instance: string,
  log: Log,
): Parameters<typeof startKeeper>[0] {
  const sandbox = simulatorPort === undefined ? undefined : sandboxOffer(simulatorPort, sandboxModels);
  return {
    dataDir: config.dataDir,
    databaseUrl: config.databaseUrl,
    pepper: config.pepper,
    generationMsMax: config.deadlines.totalMs,
    socketPath: paths.keeper,
    catalogue: toCatalogueInput({
      upstreams: [...config.upstreams, ...(sandbox ? [sandbox.upstream] : [])],
      models: [...config.models, ...(sandbox?.models ?? [])],
    }),
    keyPrefix: config.keyPrefix,
    logLevel: config.logLevel,
    alertWebhook: config.alerts.webhook,
    liveInstances: () => [instance],
    log,
  };
}

function accountsOf(config: Config, simulatorPort: number | undefined) {
  const sandbox = simulatorPort === undefined ? [] : [sandboxOffer(simulatorPort, sandboxModels).upstream];
  return [...config.upstreams, ...sandbox].map(({ name, baseUrl, apiKeys, cloud, cloudAccess }) => {
    return { name, baseUrl, apiKeys, cloud, cloudAccess };
  });
}

function troubleOf({ gateway }: OpenGateway): string | undefined {
  if (gateway.phase !== 'serving') return 'draining';
  if (!gateway.keeper.isUp) return 'keeper-away';
  return gateway.keeper.isTrusted ? undefined : 'keeper-silent';
}

function listen(server: Server, { port, host }: Config): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      const why = thrown.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${thrown.code ?? 'unknown'})`;
      reject(new StartRefused(`Port ${port} on ${host} ${why}: stop what uses it, or set PORT to another one.`));
    });
    server.listen({ port, host, backlog: 4096 }, resolve);
  });
}

function portOf(server: Server): number {
  // A server that listens on TCP has an address of this kind.
  return (server.address() as AddressInfo).port;
}

/** stdout is a contract: address, set-up link, key and a first request on the first start, the address alone later. */
async function announce(
  server: Server,
  config: Config,
  { gateway }: OpenGateway,
  { json }: { readonly json: boolean },
): Promise<void> {
  const host = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${portOf(server)}`;
  const answer = await gateway.keeper.ask({ kind: 'command', name: 'first-start', args: {} }, 10_000);
  if (answer?.kind !== 'result') throw new StartRefused('The store did not answer at the first start; try again.');
  // The keeper of this process wrote it.
  const first = answer.value as FirstStart;
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

/** What file and environment say now of credentials; all else waits for the next start. A bad file changes nothing. */
async function rereadCredentials(opened: OpenGateway, simulatorPort: number | undefined, log: Log): Promise<void> {
  try {
    opened.renewCredentials(accountsOf(await processConfig(), simulatorPort));
    log('credentials-read', {});
  } catch {
    log('credentials-not-read', { reason: 'config' });
  }
}

type Running = {
  readonly server: Server;
  readonly opened: OpenGateway;
  readonly consoleThread: ConsoleThread;
  readonly keeper: Keeper;
  readonly config: Config;
  readonly log: Log;
};

/** `/readyz` says no at once; for a moment new requests are still served, then the open ones end; a second signal ends now. */
async function shutDown({ server, opened, consoleThread, keeper, config, log }: Running): Promise<void> {
  log('draining', { open: opened.gateway.open });
  const now = () => process.exit(1);
  process.once('SIGTERM', now);
  process.once('SIGINT', now);
  opened.announceDrain();
  await new Promise((resolve) => setTimeout(resolve, config.deadlines.drainAcceptMs));
  // Whoever comes now is answered, with a 503, as long as there is somebody to answer.
  await opened.drain();
  server.close();
  server.closeAllConnections();
  await consoleThread.stop();
  await keeper.stop();
  log('stopped', {});
}
