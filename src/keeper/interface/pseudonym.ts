import { createHmac } from 'node:crypto';

/**
 * An end user's name as an upstream may see it: keyed per workspace, so that nobody outside can turn it back or join
 * two workspaces, and the same user stays the same user.
 */
export function pseudonymizer(pepper: Uint8Array): (workspace: string, user: string) => string {
  return (workspace, user) => {
    const key = createHmac('sha256', pepper).update(`end-user\0${workspace}`).digest();
    return `u_${createHmac('sha256', key).update(user).digest('base64url').slice(0, 32)}`;
  };
}
