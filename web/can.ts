import { can as mayRole, type Permission, type Role } from '#console/contract/permissions.ts';
import { useHere } from './session.ts';

/** Whether the person may do that in the workspace that is shown. */
export function useCan(permission: Permission): boolean {
  const here = useHere();
  return here !== undefined && mayRole(here.role as Role, permission);
}
