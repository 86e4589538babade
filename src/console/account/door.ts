import { can, canOperate, type OperatorPermission, type Permission } from '../contract/permissions.ts';
import type { Route } from '../contract/route.ts';
import { type RouteName, routes } from '../contract/routes.ts';
import type { SignedIn } from '../people/library-door.ts';
import { type AccountAnswer, refusal } from './account-answer.ts';
import {
  type AccountCaller,
  type Asker,
  type CallerOptions,
  findCaller,
  findKey,
  findMemberships,
  mayWhileClosing,
} from './find-caller.ts';

export type DoorOptions = CallerOptions & { now(): number };

const proofMs = 600_000;

/**
 * Whom the account API lets in, and what is written down of it: one place for every address. What would change something is
 * entered into the log of changes before it is done; what cannot be entered is not done.
 */
export class Door {
  readonly #options: DoorOptions;

  constructor(options: DoorOptions) {
    this.#options = options;
  }

  /** Runs `answer` for whoever asks, when what it is in its workspace may do that. */
  async as(
    asker: Asker,
    permission: Permission,
    answer: (caller: AccountCaller) => Promise<AccountAnswer>,
  ): Promise<AccountAnswer> {
    const found = await findCaller(this.#options, asker);
    if (found.kind !== 'caller') return notFound[found.kind];
    const { caller } = found;
    if (!can(caller.role, permission) || !mayToOthers(asker, caller)) {
      return refusal(
        403,
        caller.kind === 'key' ? forManagers : `What you are here (${caller.role}) may not do that: ask an owner.`,
      );
    }
    if (caller.kind === 'person' && this.#lacksProof(asker, caller.signedIn)) return proofNeeded;
    const actor = caller.kind === 'key' ? caller.key : caller.signedIn.id;
    return await this.#written(asker, { scope: caller.workspace, actor }, () => answer(caller));
  }

  /** For whoever is signed in, in whichever workspace. */
  async asPerson(asker: Asker, answer: (signedIn: SignedIn) => Promise<AccountAnswer>): Promise<AccountAnswer> {
    const who = await this.#options.people.who(asker.browser);
    if (who.kind === 'cross-site') return notFound['cross-site'];
    if (who.kind === 'nobody') return nobody;
    const { signedIn } = who;
    if (!mayWhileClosing(asker.action)) {
      const memberships = await findMemberships(this.#options.command, signedIn.person);
      if (!memberships) return notFound.unavailable;
      if (memberships.closing !== null) return notFound.closing;
    }
    if (this.#lacksProof(asker, signedIn)) return proofNeeded;
    const route: Route | undefined = asker.action === undefined ? undefined : routes[asker.action];
    if (!route?.ownLog) return await answer(signedIn);
    return await this.#written(asker, { scope: signedIn.id, actor: signedIn.id }, () => answer(signedIn));
  }

  /** For the operator's people and programs, whose roles are apart from any workspace. A key comes before a session. */
  async asOperator(
    asker: Asker,
    permission: OperatorPermission,
    answer: () => Promise<AccountAnswer>,
  ): Promise<AccountAnswer> {
    if (asker.secret === undefined) return await this.asOperatorPerson(asker, permission, answer);
    const found = await findKey(this.#options, asker.secret, asker);
    if (found.kind !== 'caller') return notFound[found.kind];
    const { key, operates } = found.caller;
    if (!operates) return refusal(403, onlyOperators);
    return await this.#written(asker, { scope: 'operator', actor: key }, answer);
  }

  async asOperatorPerson(
    asker: Asker,
    permission: OperatorPermission,
    answer: (signedIn: SignedIn) => Promise<AccountAnswer>,
  ): Promise<AccountAnswer> {
    if (asker.secret !== undefined) return refusal(403, 'Only a person who is signed in may do that.');
    return await this.asPerson(asker, async (signedIn) => {
      const memberships = await findMemberships(this.#options.command, signedIn.person);
      if (!memberships) return notFound.unavailable;
      if (!canOperate(memberships.operator_roles, permission)) {
        return refusal(403, onlyOperators);
      }
      return await this.#written(asker, { scope: 'operator', actor: signedIn.id }, () => answer(signedIn));
    });
  }

  /** Enters what is about to be done, or was. */
  async write(entry: {
    scope: string;
    actor: string;
    action: string;
    target: string;
    outcome?: 'refused' | 'done';
  }): Promise<boolean> {
    return !(
      'refused' in (await this.#options.command('audit-append', { ...entry, target: entry.target || undefined }))
    );
  }

  async #written(
    { browser, action, target }: Asker,
    { scope, actor }: { readonly scope: string; readonly actor: string },
    answer: () => Promise<AccountAnswer>,
  ): Promise<AccountAnswer> {
    if (action === undefined || browser.method === 'GET') return await answer();
    const entry = { scope, actor, action, target };
    if (!(await this.write(entry)))
      return refusal(503, 'This cannot be written down just now, so it is not done. Try again shortly.');
    const answered = await answer();
    if (answered.status >= 400) await this.write({ ...entry, outcome: 'refused' });
    else if (answered.done !== undefined) {
      await this.write({ ...entry, target: `${target} ${answered.done}`.trim().slice(0, 200), outcome: 'done' });
    }
    return answered;
  }

  #lacksProof({ action }: Asker, { provedAt }: SignedIn): boolean {
    const route: Route | undefined = action === undefined ? undefined : routes[action];
    return route?.proof === true && this.#options.now() - provedAt > proofMs;
  }
}

/** Everybody may leave; whoever takes others out must be allowed to. It is asked before anything is written down. */
function mayToOthers({ action, target }: Asker, caller: AccountCaller): boolean {
  const route: Route | undefined = action === undefined ? undefined : routes[action];
  if (route?.toOthers === undefined || (caller.kind === 'person' && caller.signedIn.id === target)) return true;
  return can(caller.role, route.toOthers);
}

/** The row of the table that an address stands in. */
export function routeNameOf(method: string, path: string): RouteName | undefined {
  const plain = path.length > 1 ? path.replace(/\/$/, '') : path;
  return byAddress.get(`${method} ${plain}`);
}

const byAddress: ReadonlyMap<string, RouteName> = new Map(
  // The keys of a table are its names.
  (Object.entries(routes) as [RouteName, Route][]).map(([name, { method, path }]) => [`${method} ${path}`, name]),
);

const onlyOperators =
  'Only whoever runs this Fairlead may do that, or a key of theirs: "fairlead key create --operator" makes one.';

const forManagers = 'Only a management key may do that: "fairlead key create --management" makes one.';

const nobody = refusal(401, 'Nobody is signed in here: POST /api/auth/sign-in/email signs in.');

const proofNeeded: AccountAnswer = {
  status: 403,
  body: {
    error: { code: 403, reason: 'proof-needed', message: 'Show your password again first: POST /api/v1/proof.' },
  },
};

const notFound = {
  unavailable: refusal(503, 'Keys cannot be looked up just now. Try again shortly.'),
  unknown: refusal(401, 'No such key serves here: check the Authorization header.'),
  closing: refusal(
    403,
    'This account is being closed: take that back, or a copy of your data, under Privacy. Nothing else can be done meanwhile.',
  ),
  elsewhere: refusal(
    403,
    'This key may not be used from this address: its setting "addresses" lists those it may be used from.',
  ),
  'cross-site': refusal(403, 'This came from a page of another site.'),
  'no-workspace': refusal(
    403,
    'Say in x-fairlead-workspace which of your workspaces this is for: GET /api/v1/me lists them.',
  ),
} as const;
