import { createHmac, timingSafeEqual } from 'node:crypto';
import type { PersonVault } from './person-vault.ts';

/**
 * The secret of a sign-in that waits for its second factor, from the cookie of this site; undefined where there is none that we signed
 * (HMAC-SHA256 in base64 after the last point, as the sign-in library writes it).
 */
export function secondStepIn(
  { cookieSecret }: PersonVault,
  { cookies, prefix }: { cookies: string; prefix: string },
): string | undefined {
  const name = `${prefix}.two_factor=`;
  const said = cookies
    .split(/;\s*/)
    .find((each) => each.startsWith(name))
    ?.slice(name.length);
  if (said === undefined) return undefined;
  const written = decoded(said);
  const point = written.lastIndexOf('.');
  const value = written.slice(0, Math.max(point, 0));
  const right = Buffer.from(createHmac('sha256', cookieSecret).update(value).digest('base64'));
  const given = Buffer.from(written.slice(point + 1));
  return given.byteLength === right.byteLength && timingSafeEqual(given, right) ? value : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
