import { walletCredit } from '#core/ledger/known-transfers.ts';
import type { Nano } from '#core/money/nano.ts';
import type { NewId } from '../new-id.ts';
import type { AccountStore, NewKey } from '../store.ts';
import { addAllowance, addWallet, raiseWallet } from './allowance-rows.ts';
import { bookTransfers } from './book-transfers.ts';
import { callerByHash } from './caller-by-hash.ts';
import { announce } from './change-store.ts';
import { deleteKey, updateKey, windowOfReset } from './key-changes.ts';
import { makeKeyPages } from './key-pages.ts';
import { addKey, allKeys, disableKey, findKey, keysOf } from './key-rows.ts';
import { cutOldSecrets, forgetSecrets, oldSecrets, rotateKey } from './key-secret-rows.ts';
import { endLimitRow, limitRows, setLimitRow } from './limit-rows.ts';
import { addMember, addOperatorRole } from './member-store.ts';
import { ownerSettings, setOwnerSetting } from './owner-setting-rows.ts';
import { claimSetting, findSetting, setSetting } from './setting-rows.ts';
import { addSetupLink, setupLinkState, useSetupLink } from './setup-link-rows.ts';
import type { Database, Sql } from './sql.ts';
import { findWalletRow, findWallets } from './wallet-rows.ts';
import { addWorkspace, allWorkspaces, findWorkspace } from './workspace-rows.ts';

type NewWorkspace = Parameters<AccountStore['createWorkspace']>[0];
type FirstPerson = NonNullable<Parameters<AccountStore['useSetupLink']>[2]>;
type NewCredit = Parameters<AccountStore['credit']>[0];

export function makeAccountStore(db: Database, newId: NewId): AccountStore {
  return {
    ...makeKeyPages(db),
    createWorkspace: (input) => db.transaction((sql) => createWorkspace(sql, input, newId)),
    workspaces: () => allWorkspaces(db),
    workspace: (idOrName) => findWorkspace(db, idOrName),
    createKey: (input) => db.transaction((sql) => createKey(sql, input, newId)),
    keys: (workspace) => (workspace === undefined ? allKeys(db) : keysOf(db, workspace)),
    key: (id) => findKey(db, id),
    updateKey: (id, change) => db.transaction((sql) => updateKey(sql, id, change, newId)),
    rotateKey: (secret) => db.transaction((sql) => rotateKey(sql, secret)),
    cutOldSecrets: (id, now) => db.transaction((sql) => cutOldSecrets(sql, id, now)),
    oldSecrets: (id) => oldSecrets(db, id),
    forgetSecrets: (before) => forgetSecrets(db, before),
    deleteKey: (id, now) => db.transaction((sql) => deleteKey(sql, id, now)),
    setKeyDisabled: (id, isDisabled, now) =>
      db.transaction(async (sql) => {
        if (await disableKey(sql, id, isDisabled)) await announce(sql, 'key', id, now);
        return await findKey(sql, id);
      }),
    callerByHash: (hash, now) => callerByHash(db, hash, now),
    limits: (workspace) => limitRows(db, workspace),
    setLimit: (limit) => db.transaction((sql) => setLimitRow(sql, limit, newId)),
    endLimit: (limit) => db.transaction((sql) => endLimitRow(sql, limit)),
    credit: (input) => db.transaction((sql) => credit(sql, input, newId)),
    wallet: (workspace) => findWalletRow(db, workspace),
    ownerSettings: (owner) => ownerSettings(db, owner),
    setOwnerSettings: (owner, all, now) =>
      db.transaction(async (sql) => {
        for (const { name, value } of all) await setOwnerSetting(sql, { owner: owner.id, name, value, now });
        await announce(sql, owner.kind, owner.id, now);
      }),
    setting: (name) => findSetting(db, name),
    setSetting: (name, value, now) =>
      db.transaction(async (sql) => {
        await setSetting(sql, { name, value, now });
        await announce(sql, 'catalogue', name, now);
      }),
    claimSetting: (name, value, now) => claimSetting(db, { name, value, now }),
    createSetupLink: (hash, expiresAt) => addSetupLink(db, hash, expiresAt),
    setupLink: (hash, now) => setupLinkState(db, hash, now),
    useSetupLink: (hash, now, first) =>
      db.transaction(async (sql) => {
        if (!(await useSetupLink(sql, hash, now))) return false;
        if (first) await enterFirst(sql, { ...first, now });
        return true;
      }),
  };
}

/** The first person owns the workspace that the first start made, and operates this Fairlead. */
async function enterFirst(sql: Sql, { person, workspace, now }: FirstPerson & { readonly now: number }): Promise<void> {
  if (workspace !== undefined) await addMember(sql, { workspace, person, role: 'owner', now });
  await addOperatorRole(sql, { person, role: 'operator', now });
}

async function createWorkspace(sql: Sql, { name, creditNano, owner, now }: NewWorkspace, newId: NewId) {
  const [id, wallet] = [newId('ws'), newId('wal')];
  if (!(await addWorkspace(sql, { id, name, wallet, now }))) return 'taken' as const;
  await addWallet(sql, wallet, id);
  if (owner !== undefined) await addMember(sql, { workspace: id, person: owner, role: 'owner', now });
  if (creditNano > 0n) await raise(sql, { wallet, amount: creditNano, source: 'new-workspace', now, id: newId('tr') });
  await announce(sql, 'workspace', id, now);
  return { id, name };
}

async function createKey(sql: Sql, input: NewKey, newId: NewId) {
  const { workspace, limitNano, limitRequests, now } = input;
  const id = newId('key');
  await addKey(sql, id, input);
  const shared = { of: 'key', workspace, key: id, window: windowOfReset[input.reset] } as const;
  if (limitNano !== null) await addAllowance(sql, { ...shared, id: newId('alw'), unit: 'nano-usd', limit: limitNano });
  if (limitRequests !== null) {
    await addAllowance(sql, { ...shared, id: newId('alw'), unit: 'requests', limit: BigInt(limitRequests) });
  }
  await announce(sql, 'key', id, now);
  return { id };
}

async function credit(sql: Sql, { workspace, amount, source, now }: NewCredit, newId: NewId): Promise<void> {
  const wallet = (await findWallets(sql, [workspace])).get(workspace);
  if (wallet === undefined) throw new Error('a credit names no workspace');
  await raise(sql, { wallet, amount, source, now, id: newId('tr') });
  await announce(sql, 'workspace', workspace, now);
}

/** The books are never erased, so a source is a closed word: a name or a note has no place there. */
const sourcePattern = /^[a-z][a-z0-9:._-]{0,63}$/;

async function raise(
  sql: Sql,
  credit: {
    readonly wallet: string;
    readonly amount: Nano;
    readonly source: string;
    readonly now: number;
    readonly id: string;
  },
): Promise<void> {
  const { wallet, amount, source, now, id } = credit;
  if (!sourcePattern.test(source)) throw new Error('the source of a credit is a word');
  await raiseWallet(sql, wallet, amount);
  await bookTransfers(sql, [{ id, transfer: walletCredit(wallet, amount), reference: source }], now);
}
