import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { CatalogueInput } from '#keeper/interface/catalogue-input.ts';
import { encodeFrame, FrameReader } from '#keeper/interface/framing.ts';
import type { FromKeeper, ToKeeper } from '#keeper/interface/messages.ts';
import { socketPaths } from '#keeper/interface/socket-paths.ts';
import type { KeeperEvent } from '#keeper/keeper-log.ts';
import { type Keeper, startKeeper } from '#keeper/start-keeper.ts';

export const catalogue: CatalogueInput = {
  upstreams: [
    {
      name: 'sandbox',
      provider: 'sandbox',
      seller: 'operator',
      protocols: ['openai-chat'],
      baseUrl: 'http://127.0.0.1:9/v1',
      enabled: true,
      type: 'sandbox',
      region: 'local',
      data: { retentionDays: 0, trains: false, source: 'declared by the operator', checked: '2026-11-01' },
    },
  ],
  models: [{ id: 'sandbox/echo', context: 128_000, maxOutput: 16_384, aliases: [] }],
  endpoints: [
    {
      id: 'sandbox/echo@sandbox',
      model: 'sandbox/echo',
      upstream: 'sandbox',
      upstreamModel: 'echo',
      price: { rates: { input: '250000', output: '2000000' }, tiers: [] },
    },
  ],
};

export type Logged = { readonly event: KeeperEvent; readonly fields: Readonly<Record<string, unknown>> };

/** A fresh data directory that is gone after the test. */
export function freshDataDir(t: TestContext): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'fl-keeper-'));
  t.after(() => {
    rmSync(socketPaths(dataDir).dir, { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  });
  return dataDir;
}

export function keeperOptions(dataDir: string, live: readonly string[] = []) {
  const logged: Logged[] = [];
  const options = {
    dataDir,
    socketPath: socketPaths(dataDir).keeper,
    catalogue,
    keyPrefix: 'sk-fl-',
    logLevel: 'info',
    generationMsMax: 600_000,
    firstContentMs: 60_000,
    entry: new URL('../../src/keeper-thread.ts', import.meta.url),
    liveInstances: () => live,
    log: (event: KeeperEvent, fields: Logged['fields'] = {}) => logged.push({ event, fields }),
  };
  return { options, logged };
}

/** A keeper that serves; stopped after the test. */
export async function runningKeeper(
  t: TestContext,
  dataDir = freshDataDir(t),
  live: readonly string[] = [],
  place: { readonly databaseUrl?: string; readonly pepper?: string } = {},
): Promise<{ keeper: Keeper; dataDir: string; socketPath: string; logged: Logged[] }> {
  const { options, logged } = keeperOptions(dataDir, live);
  const keeper = startKeeper({ ...options, ...place });
  t.after(() => keeper.stop());
  await keeper.ready;
  return { keeper, dataDir, socketPath: options.socketPath, logged };
}

/** One connection to a keeper, as gateways and journals have it. */
export class TestPeer {
  readonly socket: Socket;
  readonly heard: FromKeeper[] = [];
  readonly #waiting: (() => void)[] = [];
  #ask = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    const reader = new FrameReader();
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      for (const message of reader.push(bytes)) this.heard.push(message as FromKeeper);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  static async connect(t: TestContext, socketPath: string): Promise<TestPeer> {
    const socket = connect(socketPath);
    await once(socket, 'connect');
    t.after(() => socket.destroy());
    return new TestPeer(socket);
  }

  static async hello(
    t: TestContext,
    socketPath: string,
    instance: string,
    part: 'gateway' | 'journal' | 'command' = 'gateway',
  ): Promise<TestPeer> {
    const peer = await TestPeer.connect(t, socketPath);
    peer.say({ kind: 'hello', instance, part });
    await peer.hear('welcome');
    return peer;
  }

  say(message: ToKeeper): void {
    this.socket.write(encodeFrame(message));
  }

  nextAsk(): number {
    this.#ask += 1;
    return this.#ask;
  }

  /** The first message of this kind that fits, already heard or still to come. */
  async hear<Kind extends FromKeeper['kind']>(
    kind: Kind,
    fits: (message: FromKeeper & { kind: Kind }) => boolean = () => true,
  ): Promise<FromKeeper & { kind: Kind }> {
    const isIt = (message: FromKeeper): message is FromKeeper & { kind: Kind } =>
      message.kind === kind && fits(message as FromKeeper & { kind: Kind });
    for (;;) {
      const found = this.heard.find(isIt);
      if (found) return found;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** Runs a command; throws its refusal. */
  async command<Value>(name: string, args: unknown = {}): Promise<Value> {
    const ask = this.nextAsk();
    this.say({ kind: 'command', ask, name, args });
    const answer = await Promise.race([
      this.hear('result', (message) => message.ask === ask),
      this.hear('refused', (message) => message.ask === ask),
    ]);
    if (answer.kind === 'refused') throw new Error(answer.why);
    return answer.value as Value;
  }
}
