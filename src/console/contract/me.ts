import type { OperatorRole, Role } from './permissions.ts';

/** `GET /api/v1/me`: who is signed in, and where. */
export type Me = {
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    /** The address was shown to be theirs. */
    readonly verified: boolean;
  };
  readonly workspaces: readonly { readonly id: string; readonly name: string; readonly role: Role }[];
  readonly operator_roles: readonly OperatorRole[];
};
