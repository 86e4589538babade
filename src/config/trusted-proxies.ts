import { isIP } from 'node:net';
import { ConfigProblem } from './config-problem.ts';

/** The proxies whose word on a caller's address is believed: IP addresses and CIDR ranges. */
export function trustedProxyList(written: string | undefined): readonly string[] {
  const entries = (written ?? '').split(',').map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== '')
    .map((entry, index) => {
      if (isRange(entry)) return entry;
      throw new ConfigProblem(
        `environment: TRUSTED_PROXIES must be IP addresses or ranges such as 10.0.0.0/8, with commas between, and its entry ${index + 1} is neither.`,
      );
    });
}

function isRange(entry: string): boolean {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128));
}
