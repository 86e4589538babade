import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Nano, parseUsd } from '#core/money/nano.ts';
import type { FairleadProcess } from '../support/fairlead-process.ts';

export type Wallet = {
  readonly balance_usd: string;
  readonly held_usd: string;
  readonly leased_usd: string;
  readonly spent_usd: string;
};

/** The most that was spent and set aside together at any instant that was looked at. */
export type Watched = {
  /** As people see it: `wallet show`. */
  shownMost: Nano;
  shownTimes: number;
  /** As the store has it: what is spent, and everything that gateways were lent. */
  storedMost: Nano;
  storedTimes: number;
};

const lookMs = 50;

/** Looks at a wallet all the time until it is stopped. */
export function watchWallet(fairlead: FairleadProcess, dataDir: string): { stop(): Promise<Watched> } {
  const watched: Watched = { shownMost: 0n, shownTimes: 0, storedMost: 0n, storedTimes: 0 };
  let isOver = false;
  const store = async () => {
    using database = openReadOnly(dataDir);
    while (!isOver) {
      const sum = database.spentAndLeased();
      if (sum > watched.storedMost) watched.storedMost = sum;
      watched.storedTimes += 1;
      await sleep(lookMs);
    }
  };
  const show = async () => {
    while (!isOver) {
      const wallet = await fairlead.cli<Wallet>('wallet', 'show');
      const sum = nano(wallet.spent_usd) + nano(wallet.held_usd);
      if (sum > watched.shownMost) watched.shownMost = sum;
      watched.shownTimes += 1;
    }
  };
  const both = Promise.all([store(), show()]);
  return {
    async stop() {
      isOver = true;
      await both;
      return watched;
    },
  };
}

export function nano(usd: string): Nano {
  const amount = parseUsd(usd);
  if (amount === undefined) throw new Error(`${usd} is no amount`);
  return amount;
}

/** The default workspace is the only one here, so each sum is its wallet's. */
function openReadOnly(dataDir: string) {
  const database = new DatabaseSync(join(dataDir, 'main.db'), { readOnly: true });
  const statement = database.prepare(
    `select sum(spent + leased) as amount from allowance_window
     join allowance on allowance.id = allowance_window.allowance where owner = 'wallet'`,
  );
  statement.setReadBigInts(true);
  return {
    spentAndLeased: () => BigInt(statement.get()?.amount as bigint),
    [Symbol.dispose]: () => database.close(),
  };
}
