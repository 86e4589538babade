import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectKeeper, type KeeperClient } from '#cli/keeper-client.ts';
import { socketPaths } from '#keeper/interface/socket-paths.ts';
import { type FairleadProcess, startFairlead } from '../support/fairlead-process.ts';

/** Whoever runs things after a test: a test's context, or the hooks of a file. */
export type Cleanup = { after(last: () => unknown): unknown };

export type Explained = {
  readonly id: string;
  readonly model: string;
  readonly plan: readonly { readonly endpoint: string; readonly why: string }[];
  readonly excluded: readonly { readonly endpoint: string; readonly why: string }[];
  readonly attempts: readonly { readonly endpoint: string; readonly status: number; readonly verdict: string }[];
  readonly usage: { readonly input: number; readonly cached_input: number; readonly output: number };
  readonly usage_source: string;
  readonly price_version: string | null;
  readonly hold_usd: string;
  readonly charge_usd: string;
  readonly end_reason: string;
  readonly attribution: string;
};

export type Wallet = Readonly<Record<'balance' | 'held' | 'leased' | 'spent', bigint>>;

export type RunningFairlead = FairleadProcess & {
  readonly folder: string;
  readonly dataDir: string;
  /** One command of the keeper, over its socket. */
  ask<Value>(name: string, args?: unknown): Promise<Value>;
  /** The record of a generation, as soon as it shows. */
  explain(generation: string): Promise<Explained>;
  wallet(): Promise<Wallet>;
  /** The wallet once nothing is held any more. */
  settledWallet(): Promise<Wallet>;
};

export type RunOptions = {
  /** The text of fairlead.yaml. */
  readonly config?: string;
  readonly env?: Readonly<Record<string, string>>;
};

const patienceMs = 5_000;

/** A real Fairlead with a folder of its own; both are gone after the test. */
export async function runFairlead(cleanup: Cleanup, options: RunOptions = {}): Promise<RunningFairlead> {
  const folder = mkdtempSync(join(tmpdir(), 'fl-'));
  cleanup.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return await runInFolder(cleanup, folder, options);
}

/** The same on a folder that may have been run in before. */
export async function runInFolder(
  cleanup: Cleanup,
  folder: string,
  { config = '', env = {} }: RunOptions,
): Promise<RunningFairlead> {
  const dataDir = join(folder, 'data');
  const started = await startFairlead({ dataDir, config, env });
  let client: KeeperClient | undefined;
  cleanup.after(async () => {
    client?.close();
    await started.kill9();
  });
  const ask = async <Value>(name: string, args: unknown = {}): Promise<Value> => {
    client ??= await connectKeeper(socketPaths(dataDir, folder).keeper);
    if (!client) throw new Error('The keeper does not accept.');
    return (await client.ask(name, args)) as Value;
  };
  const wallet = async () => toWallet(await ask<Record<string, string>>('wallet-show'));
  return {
    ...started,
    ...{ folder, dataDir, ask, wallet },
    explain: (generation) => eventually(() => ask<Explained>('explain', { generation })),
    settledWallet: () =>
      eventually(async () => {
        const now = await wallet();
        if (now.held !== 0n) throw new Error(`${now.held} nano-dollars are still held.`);
        return now;
      }),
  };
}

/** What is true a moment later: posting and the board of holds follow within two seconds. */
export async function eventually<Value>(look: () => Promise<Value>, ms = patienceMs): Promise<Value> {
  const until = performance.now() + ms;
  for (;;) {
    try {
      return await look();
    } catch (thrown) {
      if (performance.now() > until) throw thrown;
      await sleep(20);
    }
  }
}

/** Dollars with nine places. */
export function toNano(usd: string): bigint {
  return BigInt(usd.replace('.', ''));
}

function toWallet(row: Readonly<Record<string, string>>): Wallet {
  const nano = (name: string) => toNano(row[name] ?? '');
  return { balance: nano('balance_usd'), held: nano('held_usd'), leased: nano('leased_usd'), spent: nano('spent_usd') };
}
