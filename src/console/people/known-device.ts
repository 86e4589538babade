import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { PersonVault } from './person-vault.ts';

const field = 'known device';
const yearSeconds = 31_536_000;

/** Marks a browser as one from which this account was signed in to: worth nothing but a count of its own for wrong passwords. */
export function deviceCookie(vault: PersonVault, { account, prefix }: { account: string; prefix: string }): string {
  const nonce = randomBytes(12).toString('base64url');
  const value = `${nonce}.${vault.lookUp(field, `${account}:${nonce}`)}`;
  const secure = prefix.startsWith('__Host-') ? '; Secure' : '';
  return `${prefix}.device=${value}; Max-Age=${yearSeconds}; Path=/; HttpOnly; SameSite=Lax${secure}`;
}

/** Undefined: this browser never signed in to this account, or says so without proof. */
export function knownDevice(
  vault: PersonVault,
  { cookies, account, prefix }: { cookies: string; account: string; prefix: string },
): string | undefined {
  const said = cookies
    .split(/;\s*/)
    .find((each) => each.startsWith(`${prefix}.device=`))
    ?.slice(prefix.length + '.device='.length);
  const [nonce, proof] = said?.split('.') ?? [];
  if (nonce === undefined || proof === undefined || nonce.length > 40) return undefined;
  const [given, right] = [Buffer.from(proof), Buffer.from(vault.lookUp(field, `${account}:${nonce}`))];
  return given.byteLength === right.byteLength && timingSafeEqual(given, right) ? nonce : undefined;
}
