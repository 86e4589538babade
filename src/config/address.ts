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

export function withoutTrailingSlash(address: string): string {
  return address.replace(/\/+$/, '');
}
