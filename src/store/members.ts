import type { AuditEntry, AuditFact } from '#core/trust/audit-chain.ts';

/** Who may do what: roles of persons in workspaces, and the operator's own. Persons are ids of people.db. */
export type MemberStore = {
  /** The workspaces of a person, by name. */
  workspacesOf(person: string): Promise<readonly Membership[]>;
  operatorRolesOf(person: string): Promise<readonly string[]>;
  /** False: the person is a member already. */
  addMember(member: NewMember): Promise<boolean>;
  addOperatorRole(given: { person: string; role: string; now: number }): Promise<void>;
  membersOf(workspace: string): Promise<readonly Member[]>;
  /** What the member invited, by its pseudonym, is taken back with its role. */
  changeRole(change: {
    workspace: string;
    person: string;
    role: string;
    invitedBy?: string;
    now: number;
  }): Promise<MemberChange>;
  removeMember(member: { workspace: string; person: string; invitedBy?: string; now: number }): Promise<MemberChange>;
  /** Every workspace, the first thousand. */
  overview(): Promise<readonly WorkspaceOverview[]>;
  operators(): Promise<readonly { readonly person: string; readonly role: string }[]>;
  removeOperatorRole(given: { person: string; role: string }): Promise<'done' | 'no-role' | 'last-operator'>;
  /** False: another workspace has that name. */
  renameWorkspace(rename: { workspace: string; name: string; now: number }): Promise<boolean>;
};

export type NewMember = {
  readonly workspace: string;
  readonly person: string;
  readonly role: string;
  readonly now: number;
};

/** `last-owner`: a workspace without an owner could never be given back to anybody. */
export type MemberChange = 'done' | 'no-member' | 'last-owner';

export type Membership = { readonly id: string; readonly name: string; readonly role: string };

export type WorkspaceOverview = {
  readonly id: string;
  readonly name: string;
  readonly members: number;
  readonly frozen: boolean;
  readonly createdAt: number;
};

export type Member = { readonly person: string; readonly role: string; readonly since: number };

export type Invitation = {
  readonly id: string;
  readonly workspace: string;
  readonly role: string;
  /** Sealed by the console. */
  readonly email: string;
  readonly emailHash: string;
  readonly tokenHash: string;
  /** The pseudonym of who invites. */
  readonly invitedBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
};

export type InvitationStore = {
  /** False: the workspace has as many open ones as it may. */
  add(invitation: Omit<Invitation, 'id'>): Promise<{ readonly id: string } | undefined>;
  open(workspace: string, now: number): Promise<readonly Invitation[]>;
  byToken(tokenHash: string, now: number): Promise<Invitation | undefined>;
  /** Makes the person a member and uses the invitation up; undefined where it is not open. */
  accept(taken: { tokenHash: string; person: string; now: number }): Promise<Invitation | undefined>;
  revoke(invitation: { id: string; workspace: string }): Promise<boolean>;
};

export type AuditStore = {
  append(fact: AuditFact, at: number): Promise<AuditEntry>;
  /** In the order of their places, from this one on. */
  entries(scope: string, from: number, max: number): Promise<readonly AuditEntry[]>;
  /** The newest first, before this place. */
  newest(scope: string, before: number, max: number): Promise<readonly AuditEntry[]>;
};
