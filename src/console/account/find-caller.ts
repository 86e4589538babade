import { createHmac } from 'node:crypto';
import { AddressLists } from '#core/privacy/address-lists.ts';
import { isWellFormedKey } from '#core/privacy/key-format.ts';
import type { RunCommand } from '../command-link.ts';
import type { KeyRole, OperatorRole, Role } from '../contract/permissions.ts';
import { type RouteName, routes } from '../contract/routes.ts';
import type { BrowserRequest, SignedIn } from '../people/library-door.ts';
import type { People } from '../people/people.ts';

/** Whoever asks: a program with a key, or a browser with a session. */
export type Asker = {
  /** What stood in `Authorization` or `x-api-key`. */
  readonly secret: string | undefined;
  /** Where it comes from; undefined: nobody can say. */
  readonly address: string | undefined;
  readonly browser: BrowserRequest;
  /** `x-fairlead-workspace`: in which workspace a person acts; a key has one. */
  readonly workspace: string | undefined;
  /** Which row of the table of routes this is, and what stood in its address. */
  readonly action: RouteName | undefined;
  readonly target: string;
};

/** Who calls the account API, and what it is in the workspace it calls for. */
export type AccountCaller = { readonly workspace: string } /** `operates`: it may what an operator may. */ & (
  | { readonly kind: 'key'; readonly key: string; readonly role: KeyRole; readonly operates: boolean }
  | { readonly kind: 'person'; readonly signedIn: SignedIn; readonly role: Role }
);

export type FoundAccount =
  | { readonly kind: 'caller'; readonly caller: AccountCaller }
  /** Whatever is wrong with the key or session, it is told alike. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'cross-site' }
  /** A key that may not be used from there. */
  | { readonly kind: 'elsewhere' }
  /** A person who is signed in, and does not say in which of its workspaces, or says one that is none of its own. */
  | { readonly kind: 'no-workspace' }
  /** Whoever closes its account takes that back, or a copy of its data, and does nothing else. */
  | { readonly kind: 'closing' }
  | { readonly kind: 'unavailable' };

export type CallerOptions = {
  readonly command: RunCommand;
  readonly people: People;
  readonly pepper: Uint8Array;
  readonly keyPrefix: string;
};

/** The one place that decides who asks. A key comes before a session, since browsers send cookies by themselves. */
export async function findCaller(options: CallerOptions, asker: Asker): Promise<FoundAccount> {
  if (asker.secret !== undefined) return await findKey(options, asker.secret, asker);
  const who = await options.people.who(asker.browser);
  if (who.kind === 'nobody') return { kind: 'unknown' };
  if (who.kind === 'cross-site') return { kind: 'cross-site' };
  const { signedIn } = who;
  const memberships = await findMemberships(options.command, signedIn.person);
  if (!memberships) return { kind: 'unavailable' };
  if (memberships.closing !== null && !mayWhileClosing(asker.action)) return { kind: 'closing' };
  const { workspaces } = memberships;
  const only = workspaces.length === 1 ? workspaces[0] : undefined;
  const chosen = asker.workspace === undefined ? only : workspaces.find(({ id }) => id === asker.workspace);
  if (!chosen) return { kind: 'no-workspace' };
  return { kind: 'caller', caller: { kind: 'person', workspace: chosen.id, signedIn, role: chosen.role } };
}

type FoundKey = {
  readonly state: string;
  readonly key: string;
  readonly workspace: string;
  readonly role: KeyRole;
  readonly operates: boolean;
  /** The setting; null: from anywhere. */
  readonly addresses: string | null;
};

const whileClosing = ['/api/v1/privacy/', '/api/v1/me', '/api/v1/proof', '/api/v1/sessions'] as const;

/** What is left to whoever closes its account. */
export function mayWhileClosing(action: RouteName | undefined): boolean {
  if (action === undefined) return false;
  const { method, path, needs } = routes[action];
  if (needs !== 'person' && needs !== 'anybody') return false;
  // Who is deleted is deleted under the name and the address that it had when it asked.
  const changesPerson =
    (path === '/api/v1/me' && method !== 'GET') || (path === '/api/v1/me/address' && method === 'POST');
  return whileClosing.some((each) => path.startsWith(each)) && !changesPerson;
}

/** The key leaves this function as its keyed hash alone. */
export async function findKey(
  { command, pepper, keyPrefix }: Omit<CallerOptions, 'people'>,
  secret: string,
  /** Who uses it, and from where; or that somebody found it, which is no use of it. */
  asker: Pick<Asker, 'address'> | 'finder',
): Promise<
  | Extract<FoundAccount, { kind: 'unknown' | 'unavailable' | 'elsewhere' }>
  | { readonly kind: 'caller'; readonly caller: Extract<AccountCaller, { kind: 'key' }> }
> {
  // A mistyped key costs nobody a question.
  if (!isWellFormedKey(secret, keyPrefix)) return { kind: 'unknown' };
  const hash = createHmac('sha256', pepper).update(secret).digest('hex');
  const outcome = await command('caller-of', { hash, way: asker === 'finder' ? 'found' : 'used' });
  if ('refused' in outcome) return { kind: 'unavailable' };
  // The keeper's command gives this.
  const found = outcome.value as FoundKey;
  if (found.state !== 'known') return { kind: 'unknown' };
  const { key, workspace, role, operates, addresses } = found;
  const lists = AddressLists.read(addresses ?? undefined);
  if (asker !== 'finder' && lists && !lists.have(asker.address)) return { kind: 'elsewhere' };
  return { kind: 'caller', caller: { kind: 'key', key, workspace, role, operates } };
}

export type Memberships = {
  readonly workspaces: readonly { readonly id: string; readonly name: string; readonly role: Role }[];
  readonly operator_roles: readonly OperatorRole[];
  /** The deletion of the person that is asked for. */
  readonly closing: string | null;
};

/** Of the person that asks, or of another one. Undefined: the keeper does not answer. */
export async function findMemberships(
  command: RunCommand,
  person: string,
  whose: 'own' | 'another' = 'own',
): Promise<Memberships | undefined> {
  const outcome = await command('member-of', { person, ...(whose === 'own' ? { is_here: 'yes' } : {}) });
  // The keeper's command gives this: the columns hold these words alone.
  return 'refused' in outcome ? undefined : (outcome.value as Memberships);
}
