import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '#config/config.ts';
import { processConfig } from '#config/process-config.ts';
import { sandboxOffer } from '#config/sandbox.ts';
import { dayOf, growingOld } from '#core/routing/data-handling.ts';
import type { Gateway } from '#gateway/gateway.ts';
import { type OpenGateway, openGateway } from '#gateway/open-gateway.ts';
import { originReader } from '#http/data/caller-origin.ts';
import { PassThrough } from '#http/data/pass-through.ts';
import { createDataServer } from '#http/data/serve-data.ts';
import { Vitals } from '#http/data/vitals.ts';
import { readOrMakePepper } from '#keeper/secrets/pepper.ts';
import type { Log } from '#observe/log.ts';
import { MeterBoard, type MeterReading } from '#observe/meters.ts';
import { tidyHeapWhenQuiet } from '#observe/tidy-heap.ts';
import { sandboxModels } from '#simulator/sandbox-models.ts';
import { keepCrashesQuiet } from './quiet-crashes.ts';
import { StartRefused } from './start-refused.ts';

/** What a process tree serves: programs, people, or both. Every one has a keeper. */
export type Role = 'gateway' | 'console' | 'all';

/** One gateway of a process tree: the tree's first process has one, and so has each of its workers. */
export type GatewayPart = {
  readonly config: Config;
  readonly instance: string;
  readonly simulatorPort: number | undefined;
  readonly keeperSocket: string;
  readonly role: Role;
  /** Where the pages for people are, once somebody visits them. */
  readonly consoleSocket: () => Promise<string>;
  /** What the other gateways of this tree counted. */
  readonly others: () => Promise<readonly MeterReading[]>;
  /** Several processes listen on one port, and the kernel shares callers out among them. */
  readonly sharesPort: boolean;
  readonly log: Log;
};

export type ServedGateway = {
  readonly server: Server;
  readonly opened: OpenGateway;
  readonly port: number;
  readonly meters: MeterBoard;
};

export async function serveGateway(part: GatewayPart): Promise<ServedGateway> {
  const { config, instance, simulatorPort, keeperSocket, role, log } = part;
  keepCrashesQuiet();
  const meters = makeMeters(() => opened);
  const opened = await openGateway({
    instance,
    dataDir: config.dataDir,
    keeperSocket,
    keyPrefix: config.keyPrefix,
    pepper: readOrMakePepper(config.dataDir, config.pepper),
    accounts: accountsOf(config, simulatorPort),
    deadlines: config.deadlines,
    strategy: config.routing.strategy,
    autoModels: config.routing.autoModels,
    ownKeyFeeBasisPoints: config.ownKeys.feeBasisPoints,
    limits: config.limits,
    log,
    meters,
  });
  const server = createDataServer({
    gateway: opened.gateway,
    passThrough: new PassThrough({
      consoleSocket: role === 'gateway' ? undefined : part.consoleSocket,
      simulatorPort,
      bodyMs: 2 * config.deadlines.callerBodyMs,
      originOf: originReader(config.trustedProxies),
    }),
    vitals: new Vitals({
      trouble: () => troubleOf(opened),
      lacks: () => lacksOf(opened.gateway),
      expose: async () => meters.expose(await part.others()),
    }),
    jsonBodyBytesMax: config.limits.jsonBodyBytesMax,
    servesCallers: role !== 'console',
    originOf: originReader(config.trustedProxies),
  });
  await listen(server, part);
  tidyHeapWhenQuiet();
  // A server that listens on TCP has an address of this kind.
  return { server, opened, port: (server.address() as AddressInfo).port, meters };
}

/** What an operator should see to, while everything runs. */
function lacksOf({ contact, catalogue }: Gateway): readonly string[] {
  const old = growingOld(
    catalogue.models.flatMap(({ endpoints }) => endpoints),
    dayOf(Date.now()),
  );
  return [...(contact === undefined ? ['support channel'] : []), ...(old.size > 0 ? ['fresh data policies'] : [])];
}

/** For a moment new requests are still served, then the open ones end. */
export async function drainGateway({ server, opened }: ServedGateway, { deadlines }: Config): Promise<void> {
  opened.announceDrain();
  await new Promise((resolve) => setTimeout(resolve, deadlines.drainAcceptMs));
  // Whoever comes now is answered, with a 503, as long as there is somebody to answer.
  await opened.drain();
  server.close();
  server.closeAllConnections();
}

function makeMeters(opened: () => OpenGateway): MeterBoard {
  return new MeterBoard({
    fairlead_open_generations_max: {
      help: 'generations that are let in now; fewer than limits.open_generations_max when this process cannot keep up',
      read: () => opened().gateway.door.limit,
    },
    fairlead_waiting_generations: {
      help: 'requests that wait at the door',
      read: () => opened().gateway.door.waiting,
    },
    fairlead_open_generations: { help: 'generations open now', read: () => opened().gateway.open },
    fairlead_journal_unposted: { help: 'end records not posted yet', read: () => opened().journal.stats().unposted },
    fairlead_content_bytes: {
      help: 'bytes of the bodies of requests that are served now',
      read: () => opened().gateway.meters.content.bytes,
    },
    fairlead_held_bytes: {
      help: 'bytes of answers that wait for their end',
      read: () => opened().gateway.heldBytes.used,
    },
    fairlead_credentials_out: {
      help: 'credentials of upstreams that are refused or without money',
      read: () => opened().gateway.health.credentialsOut,
    },
    fairlead_endpoints_out: { help: 'endpoints that get no requests now', read: () => opened().gateway.health.out },
    fairlead_leases: { help: 'leases held by this gateway', read: () => opened().gateway.leases.leases.size },
  });
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

function listen(server: Server, { config: { port, host }, sharesPort }: GatewayPart): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (thrown: NodeJS.ErrnoException) => {
      const why = thrown.code === 'EADDRINUSE' ? 'is taken' : `cannot be used (${thrown.code ?? 'unknown'})`;
      reject(new StartRefused(`Port ${port} on ${host} ${why}: stop what uses it, or set PORT to another one.`));
    });
    server.listen({ port, host, backlog: 4096, reusePort: sharesPort }, resolve);
  });
}

/** What file and environment say now of credentials; all else waits for the next start. A bad file changes nothing. */
export async function rereadCredentials(
  opened: OpenGateway,
  simulatorPort: number | undefined,
  log: Log,
): Promise<void> {
  try {
    opened.renewCredentials(accountsOf(await processConfig(), simulatorPort));
    log('credentials-read', {});
  } catch {
    log('credentials-not-read', { reason: 'config' });
  }
}
