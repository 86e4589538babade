/** Where a person's browser is: the address that it shows, and whether cookies are safe there. */
export type Site = { readonly origin: string; readonly isSecure: boolean };

/** How cookies begin: on HTTPS browsers themselves hold `__Host-` to this host, this path and TLS. */
export function cookiePrefix({ isSecure }: Pick<Site, 'isSecure'>): string {
  return isSecure ? '__Host-fairlead' : 'fairlead';
}

/** Whether these cookies have a session of ours, whatever it is worth. */
export function hasSession(cookies: string): boolean {
  return /(?:^|;\s*)(?:__Host-)?fairlead\.session_token=/.test(cookies);
}

export type SiteHeaders = {
  readonly host: string | undefined;
  readonly forwardedProto: string | undefined;
};

/**
 * Undefined: plain HTTP off this machine, where a password would travel in the open. A browser cannot be made to send another
 * `Host` or `X-Forwarded-Proto` to us by a page of somebody else, and whoever lies to us otherwise lies about himself.
 */
export function siteOf({ host, forwardedProto }: SiteHeaders, publicUrl: string | undefined): Site | undefined {
  const known = publicUrl !== undefined && URL.canParse(publicUrl) ? new URL(publicUrl) : undefined;
  const isTls = forwardedProto === 'https';
  if (known?.protocol === 'https:' && (isTls || known.host === host)) return { origin: known.origin, isSecure: true };
  const written = `${isTls ? 'https' : 'http'}://${host ?? ''}`;
  if (host === undefined || !URL.canParse(written)) return undefined;
  const { origin, hostname } = new URL(written);
  if (isTls) return { origin, isSecure: true };
  return isThisMachine(hostname) ? { origin, isSecure: false } : undefined;
}

function isThisMachine(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

/** What a page off this machine is told without TLS. */
export const plainHttp =
  'Signing in needs HTTPS here: a password must not travel in the open. Put a proxy with a certificate before Fairlead (it says X-Forwarded-Proto: https) and set FAIRLEAD_PUBLIC_URL to its address, or come over http://localhost.';

export type Provenance = { readonly origin: string | undefined; readonly fetchSite: string | undefined };

/**
 * Whether a request that changes something comes from our own pages. Browsers say so by themselves in `Sec-Fetch-Site`, or at
 * least in `Origin`; one that says neither is refused.
 */
export function isSameOrigin({ origin, fetchSite }: Provenance, site: Site): boolean {
  if (fetchSite !== undefined) return fetchSite === 'same-origin';
  return origin === site.origin;
}
