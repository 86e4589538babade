import { backedBy, type WalletRule } from '#core/allowance/wallet-backed.ts';
import { formatUsd } from '#core/money/nano.ts';
import type { PeopleStore } from '#store/people/people-store.ts';
import type { RunCommand } from '../command-link.ts';
import type { SignIns } from './sign-ins.ts';

/** The operator's rule: which token, where it is read, what it is worth, and how long a reading holds. */
export type BackingRule = WalletRule & {
  readonly rpc: string;
  readonly chainId: number;
  readonly token: string;
  readonly refreshMs: number;
  readonly staleMs: number;
};

export type BackingOptions = {
  readonly rule: BackingRule | undefined;
  readonly store: () => Promise<PeopleStore>;
  readonly signIns: Pick<SignIns, 'list'>;
  readonly command: RunCommand;
  now(): number;
};

export type Backing = Worth & {
  readonly signIn: string;
  readonly address: string;
};

type Row = Awaited<ReturnType<PeopleStore['find']>>[number];

/** What a wallet's balance comes to, as it was last read. */
type Worth = {
  /** In whole tokens, as a decimal; undefined: it was never read. */
  readonly balance: string | undefined;
  readonly readAt: number | undefined;
  readonly requests: number;
  readonly usd: string;
  readonly isStale: boolean;
};

const dueMax = 1_000;

/**
 * Workspaces whose daily limits come from a token that a member's wallet holds. The balance is read every now and then, kept with
 * its time, and turned into the workspace's daily limits of requests and dollars; a reading that is too old is worth nothing.
 */
export class BackingWallets {
  readonly #options: BackingOptions;

  constructor(options: BackingOptions) {
    this.#options = options;
  }

  get rule(): BackingRule | undefined {
    return this.#options.rule;
  }

  /** Reads what is due, again and again, while there is a rule. */
  start(): void {
    const { rule } = this.#options;
    if (!rule) return;
    const look = () => void this.refresh().catch(() => {});
    look();
    setInterval(look, Math.max(rule.refreshMs / 4, 1_000)).unref();
  }

  async show(workspace: string): Promise<Backing | undefined> {
    const { rule } = this.#options;
    const [row] = await this.#rows([equals('workspace', workspace)]);
    if (!row || !rule) return undefined;
    const [person, signIn] = [String(row.person), String(row.sign_in)];
    const found = (await this.#options.signIns.list(person)).find(({ id }) => id === signIn);
    return { signIn, address: found?.label ?? '', ...this.#worth(row, rule) };
  }

  /** What each backed workspace gets, a thousand at most. */
  async all(): Promise<readonly (Worth & { readonly workspace: string })[]> {
    const { rule } = this.#options;
    if (!rule) return [];
    return (await this.#rows([])).map((row) => ({ workspace: String(row.workspace), ...this.#worth(row, rule) }));
  }

  #worth(row: Row, rule: BackingRule): Worth {
    const readAt = row.read_at === null ? undefined : Number(row.read_at);
    const isStale = readAt === undefined || this.#options.now() - readAt > rule.staleMs;
    const balance = row.balance === null ? undefined : BigInt(String(row.balance));
    const worth = backedBy(isStale || balance === undefined ? 0n : balance, rule);
    return {
      ...{ readAt, isStale },
      balance: balance === undefined ? undefined : decimal(balance, rule.decimals),
      ...{ requests: Number(worth.requests), usd: formatUsd(worth.nano) },
    };
  }

  /** False: it is not a wallet of that person, or backs another workspace: a balance counts once. */
  async link(workspace: string, person: string, signIn: string): Promise<boolean> {
    const mine = (await this.#options.signIns.list(person)).find(
      ({ id, provider }) => id === signIn && provider === 'wallet',
    );
    if (!mine) return false;
    const [other] = await this.#rows([equals('sign_in', signIn)]);
    if (other && other.workspace !== workspace) return false;
    const store = await this.#options.store();
    if (other) await store.change('backing_wallet', [equals('workspace', workspace)], { tried_at: 0 });
    else {
      await store.remove('backing_wallet', [equals('workspace', workspace)]);
      const unread = { balance: null, read_at: null, tried_at: 0 };
      await store.add('backing_wallet', { workspace, person, sign_in: signIn, ...unread });
    }
    await this.refresh();
    return true;
  }

  /** What the wallet was worth is worth nothing from now on. */
  async unlink(workspace: string): Promise<boolean> {
    const gone = await (await this.#options.store()).remove('backing_wallet', [equals('workspace', workspace)]);
    if (gone > 0) await this.#limit(workspace, 0n);
    return gone > 0;
  }

  /** Its wallet is nobody's here any more, and may back another workspace at once: what it was worth here ends with it. */
  async unlinkSignIn(signIn: string): Promise<void> {
    for (const { workspace } of await this.#rows([equals('sign_in', signIn)])) await this.unlink(String(workspace));
  }

  /** Reads each that is due. Of several replicas one takes it. */
  async refresh(): Promise<void> {
    const { rule, now } = this.#options;
    if (!rule) return;
    const store = await this.#options.store();
    const before = now() - rule.refreshMs;
    for (const row of await this.#rows([{ column: 'tried_at', is: 'lte', value: before, join: 'and' }])) {
      const workspace = String(row.workspace);
      const mine = [equals('workspace', workspace), equals('tried_at', Number(row.tried_at))];
      if ((await store.change('backing_wallet', mine, { tried_at: now() })) === 0) continue;
      // Whatever goes wrong with one is no reason to leave the others unread: it is due again later.
      await this.#read(row, rule).catch(() => {});
    }
  }

  async #read(row: Row, rule: BackingRule): Promise<void> {
    const { now } = this.#options;
    const workspace = String(row.workspace);
    const { tokenBalance } = await import('#outgoing/chain/token-balance.ts');
    const signIns = await this.#options.signIns.list(String(row.person));
    const address = signIns.find(({ id }) => id === String(row.sign_in))?.label;
    const read = address === undefined ? 0n : await tokenBalance(rule, address);
    if (read !== undefined) {
      const store = await this.#options.store();
      await store.change('backing_wallet', [equals('workspace', workspace)], { balance: String(read), read_at: now() });
      await this.#limit(workspace, read);
    } else if (row.read_at === null || now() - Number(row.read_at) > rule.staleMs) {
      await this.#limit(workspace, 0n);
    }
  }

  async #limit(workspace: string, balance: bigint): Promise<void> {
    const { rule, command } = this.#options;
    if (!rule) return;
    const { requests, nano } = backedBy(balance, rule);
    await command('limit-set', { workspace, requests: String(requests), reset: 'daily' });
    await command('limit-set', { workspace, usd: formatUsd(nano), reset: 'daily' });
  }

  async #rows(where: Parameters<PeopleStore['find']>[1]) {
    return await (await this.#options.store()).find('backing_wallet', where, { limit: dueMax });
  }
}

/** As people write it: no needless noughts. */
function decimal(units: bigint, places: number): string {
  const digits = units.toString().padStart(places + 1, '0');
  const [whole, rest] = [digits.slice(0, digits.length - places), digits.slice(digits.length - places)];
  const kept = rest.replace(/0+$/, '');
  return kept === '' ? whole : `${whole}.${kept}`;
}

function equals(column: string, value: string | number) {
  return { column, is: 'eq', value, join: 'and' } as const;
}
