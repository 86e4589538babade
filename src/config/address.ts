/** What is wrong with an address of a service, as the rest of a sentence; undefined when nothing is. */
export function httpAddressFlaw(written: string): string | undefined {
  if (!/^https?:\/\//i.test(written) || !URL.canParse(written))
    return 'must be an address that begins with http:// or https://';
  const url = new URL(written);
  if (url.username !== '' || url.password !== '') {
    return 'must not hold a user name or password: remove what stands before the "@"';
  }
  if (/[?#]/.test(written)) return 'must not have a query or a fragment: remove what begins with "?" or "#"';
  return /[\s\p{Cc}]/u.test(written) ? 'must not hold spaces' : undefined;
}

/** Azure's classic addresses tell the version in the query. */
export function cloudAddressFlaw(written: string): string | undefined {
  const [address = '', query, ...more] = written.split('?');
  const isVersion = query === undefined || /^api-version=[A-Za-z0-9.-]{1,40}$/.test(query);
  if (more.length > 0 || !isVersion) return 'must have no other query than "?api-version=…"';
  return httpAddressFlaw(address);
}

export function withoutTrailingSlash(address: string): string {
  return address.replace(/\/+$/, '');
}

/** What stands there, a relay of the operator's own or a tunnel, is the operator's. */
export function isThisMachine(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
}
