import type { BodyName } from './body-names.ts';
import type { OperatorPermission, Permission } from './permissions.ts';

/** Who may ask an address. */
export type Needs =
  /** Anybody, signed in or not. */
  | 'anybody'
  /** Whoever is signed in, in whichever workspace. */
  | 'person'
  | { readonly workspace: Permission }
  | { readonly operator: OperatorPermission };

export type Route = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly needs: Needs;
  readonly does: string;
  /** A session must have shown a password, or another proof, within the last ten minutes. */
  readonly proof?: true;
  /** Of an operator's addresses: a person alone may, no key that operates. */
  readonly byPerson?: true;
  /** It changes how its person signs in, or what is done with its data: written down in the person's own log. */
  readonly ownLog?: true;
  /** What it takes to do it to another person than oneself. */
  readonly toOthers?: Permission;
  /** The name of its body's schema in `bodies.ts`. */
  readonly body?: BodyName;
};
