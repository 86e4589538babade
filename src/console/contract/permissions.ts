// Who may do what, once for server, console and docs. Pure data: pages import it too.

/** What a member is in a workspace. */
export const roles = ['owner', 'admin', 'developer', 'billing', 'viewer'] as const;

export type Role = (typeof roles)[number];

/** What a person is for the whole of this Fairlead, apart from any workspace. */
export const operatorRoles = ['operator', 'support', 'finance', 'privacy'] as const;

export type OperatorRole = (typeof operatorRoles)[number];

/** What a key is: it asks models, or it manages its workspace. */
export type KeyRole = 'inference' | 'management';

const everyMember = ['owner', 'admin', 'developer', 'billing', 'viewer', 'management'] as const;
const allButBilling = ['owner', 'admin', 'developer', 'viewer', 'management'] as const;
const builders = ['owner', 'admin', 'developer', 'management'] as const;
const payers = ['owner', 'admin', 'billing', 'management'] as const;
const leaders = ['owner', 'admin', 'management'] as const;

/**
 * One row for each thing that can be done in a workspace: who may. A management key may what an admin may; what an owner alone
 * may is done by a person.
 */
export const permissions = {
  'workspace.read': [...everyMember, 'inference'],
  'workspace.rename': leaders,
  'workspace.delete': ['owner'],
  'members.read': everyMember,
  'members.invite': leaders,
  'members.change': leaders,
  'owners.change': ['owner'],
  'keys.read': everyMember,
  'keys.change': builders,
  'own-keys.read': allButBilling,
  'own-keys.change': ['owner', 'admin', 'management'],
  'generations.read': [...everyMember, 'inference'],
  'usage.read': everyMember,
  'wallet.read': [...everyMember, 'inference'],
  'wallet.pay': payers,
  'invoices.read': payers,
  'abuse.read': everyMember,
  'abuse.appeal': builders,
  'inspections.read': everyMember,
  'inspections.answer': ['owner', 'admin'],
  'audit.read': leaders,
  'settings.read': everyMember,
  'settings.change': leaders,
  'webhooks.change': leaders,
  'policy.read': everyMember,
  'policy.accept': leaders,
  'agreement.accept': ['owner'],
  'workspace.restrict': ['owner'],
  'end-users.serve': leaders,
} as const satisfies Readonly<Record<string, readonly (Role | KeyRole)[]>>;

export type Permission = keyof typeof permissions;

export function can(role: Role | KeyRole, permission: Permission): boolean {
  const allowed: readonly (Role | KeyRole)[] = permissions[permission];
  return allowed.includes(role);
}

/** The same for what concerns everybody. */
export const operatorPermissions = {
  'operate.read': ['operator', 'support', 'finance', 'privacy'],
  'operate.upstreams': ['operator'],
  'operate.prices': ['operator', 'finance'],
  'operate.workspaces': ['operator', 'support'],
  'operate.ledger': ['operator', 'finance'],
  'operate.abuse': ['operator', 'support'],
  'operate.inspect': ['operator', 'support', 'privacy'],
  'operate.audit': ['operator', 'privacy'],
  'operate.webhooks': ['operator'],
  'operate.mail': ['operator', 'support'],
  'operate.letters': ['operator'],
  'operate.privacy': ['operator', 'privacy'],
  'operate.roles': ['operator'],
} as const satisfies Readonly<Record<string, readonly OperatorRole[]>>;

export type OperatorPermission = keyof typeof operatorPermissions;

export function canOperate(held: readonly OperatorRole[], permission: OperatorPermission): boolean {
  const allowed: readonly OperatorRole[] = operatorPermissions[permission];
  return held.some((role) => allowed.includes(role));
}
