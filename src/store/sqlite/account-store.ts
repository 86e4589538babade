import type { DatabaseSync } from 'node:sqlite';
import type { WindowKind } from '#core/allowance/window.ts';
import { walletCredit } from '#core/ledger/known-transfers.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { AccountStore, NewKey } from '../store.ts';
import { makeAllowanceRows } from './allowance-rows.ts';
import { type BookTransfer, makeBookTransfer } from './book-transfer.ts';
import { makeCallerByHash } from './caller-by-hash.ts';
import { type Announce, makeAnnounce } from './change-store.ts';
import { inTransaction } from './in-transaction.ts';
import { makeKeyRows } from './key-rows.ts';
import { makeOwnerSettingRows } from './owner-setting-rows.ts';
import { makeSettingRows } from './setting-rows.ts';
import { makeSetupLinkRows } from './setup-link-rows.ts';
import { makeFindWallet, makeWalletRows } from './wallet-rows.ts';
import { makeWorkspaceRows } from './workspace-rows.ts';

type Tables = {
  readonly workspaces: ReturnType<typeof makeWorkspaceRows>;
  readonly allowances: ReturnType<typeof makeAllowanceRows>;
  readonly keys: ReturnType<typeof makeKeyRows>;
  readonly settings: ReturnType<typeof makeSettingRows>;
  readonly findWallet: (workspace: string) => string | undefined;
  readonly book: BookTransfer;
  readonly announce: Announce;
  readonly newId: NewId;
};

type NewWorkspace = Parameters<AccountStore['createWorkspace']>[0];
type NewCredit = Parameters<AccountStore['credit']>[0];

const windowOfReset = { daily: 'day', weekly: 'week', monthly: 'month', never: 'all' } as const satisfies Record<
  NewKey['reset'],
  WindowKind
>;

export function makeAccountStore(db: DatabaseSync, newId: NewId): AccountStore {
  const [workspaces, allowances, keys] = [makeWorkspaceRows(db), makeAllowanceRows(db), makeKeyRows(db)];
  const [settings, findWallet] = [makeSettingRows(db), makeFindWallet(db)];
  const [book, announce] = [makeBookTransfer(db), makeAnnounce(db)];
  const tables = { workspaces, allowances, keys, settings, findWallet, book, announce, newId };
  const ownerSettings = makeOwnerSettingRows(db);
  const [wallets, links, callerByHash] = [makeWalletRows(db), makeSetupLinkRows(db), makeCallerByHash(db)];
  return {
    createWorkspace: async (input) => inTransaction(db, () => createWorkspace(tables, input)),
    workspaces: async () => workspaces.all(),
    workspace: async (idOrName) => workspaces.find(idOrName),
    createKey: async (input) => inTransaction(db, () => createKey(tables, input)),
    keys: async (workspace) => keys.all(workspace),
    setKeyDisabled: async (id, disabled, now) =>
      inTransaction(db, () => {
        if (keys.setDisabled(id, disabled)) announce('key', id, now);
        return keys.find(id);
      }),
    callerByHash: async (hash, now) => callerByHash(hash, now),
    credit: async (input) => inTransaction(db, () => credit(tables, input)),
    wallet: async (workspace) => wallets.find(workspace),
    ownerSettings: async (owner) => ownerSettings.all(owner),
    setOwnerSettings: async (owner, all, now) =>
      inTransaction(db, () => {
        for (const { name, value } of all) ownerSettings.set({ owner: owner.id, name, value, now });
        announce(owner.kind, owner.id, now);
      }),
    setting: async (name) => settings.find(name),
    setSetting: async (name, value, now) =>
      inTransaction(db, () => {
        settings.set({ name, value, now });
        announce('catalogue', name, now);
      }),
    createSetupLink: async (hash, expiresAt) => links.add(hash, expiresAt),
    setupLink: async (hash, now) => links.state(hash, now),
    useSetupLink: async (hash, now) => links.use(hash, now),
  };
}

function createWorkspace(tables: Tables, { name, creditNano, now }: NewWorkspace) {
  const { workspaces, allowances, announce, newId } = tables;
  const [id, wallet] = [newId('ws'), newId('wal')];
  if (!workspaces.add({ id, name, wallet, now })) return 'taken' as const;
  allowances.addWallet(wallet, id);
  if (creditNano > 0n) raise(tables, { wallet, amount: creditNano, source: 'new-workspace', now });
  announce('workspace', id, now);
  return { id, name };
}

function createKey({ keys, allowances, announce, newId }: Tables, input: NewKey) {
  const { workspace, limitNano, limitRequests, now } = input;
  const id = newId('key');
  keys.add(id, input);
  const shared = { of: 'key', workspace, key: id, window: windowOfReset[input.reset] } as const;
  if (limitNano !== null) allowances.add({ ...shared, id: newId('alw'), unit: 'nano-usd', limit: limitNano });
  if (limitRequests !== null) {
    allowances.add({ ...shared, id: newId('alw'), unit: 'requests', limit: BigInt(limitRequests) });
  }
  announce('key', id, now);
  return { id };
}

function credit(tables: Tables, { workspace, amount, source, now }: NewCredit): void {
  const wallet = tables.findWallet(workspace);
  if (wallet === undefined) throw new Error('a credit names no workspace');
  raise(tables, { wallet, amount, source, now });
  tables.announce('workspace', workspace, now);
}

/** The books are never erased, so a source is a closed word: a name or a note has no place there. */
const sourcePattern = /^[a-z][a-z0-9:._-]{0,63}$/;

function raise(
  { allowances, book, newId }: Tables,
  credit: { readonly wallet: string; readonly amount: Nano; readonly source: string; readonly now: number },
): void {
  const { wallet, amount, source, now } = credit;
  if (!sourcePattern.test(source)) throw new Error('the source of a credit is a word');
  allowances.raiseWallet(wallet, amount);
  book(walletCredit(wallet, amount), { id: newId('tr'), at: now, reference: source });
}
