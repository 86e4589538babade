import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { CallerOrigin } from '#gateway/caller/caller-origin.ts';

/** Where proxies and content networks write a country, in two capital letters. */
const countryHeaders = ['cf-ipcountry', 'x-vercel-ip-country', 'cloudfront-viewer-country', 'x-country-code'] as const;
const forwardedMax = 20;

/** The connection that a request came on. */
type Connection = { readonly remoteAddress?: string | undefined };

type Peer = { readonly address: string; readonly origin: CallerOrigin; readonly isTrusted: boolean };

export type OriginReader = (connection: Connection, headers: IncomingHttpHeaders) => CallerOrigin | undefined;

/** Reads where callers are, and what a proxy that the operator trusts says of their country. */
export function originReader(trustedProxies: readonly string[]): OriginReader {
  const trusted = new BlockList();
  for (const entry of trustedProxies) addRange(trusted, entry);
  // Known for as long as the connection is: nobody's address outlives it here.
  const peers = new WeakMap<Connection, Peer>();
  return (connection, headers) => {
    let peer = peers.get(connection);
    if (!peer) {
      peer = peerOf(connection, trusted);
      if (!peer) return undefined;
      peers.set(connection, peer);
    }
    if (!peer.isTrusted) return peer.origin;
    const caller = callerBehind(trusted, headers['x-forwarded-for']);
    const address = caller ?? peer.address;
    return new CallerOrigin(address, { network: networkOf(address), country: countryOf(headers) });
  };
}

function peerOf({ remoteAddress }: Connection, trusted: BlockList): Peer | undefined {
  const address = plainAddress(remoteAddress);
  if (address === undefined) return undefined;
  const origin = new CallerOrigin(address, { network: networkOf(address), country: '' });
  return { address, origin, isTrusted: isTrusted(trusted, address) };
}

/** The last address that no trusted proxy has: whoever is before it may write what it likes. */
function callerBehind(trusted: BlockList, forwarded: string | string[] | undefined): string | undefined {
  const said = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').slice(-forwardedMax);
  return said
    .map((each) => plainAddress(each.trim()))
    .findLast((address) => address !== undefined && !isTrusted(trusted, address));
}

function countryOf(headers: IncomingHttpHeaders): string {
  for (const name of countryHeaders) {
    const said = headers[name];
    if (typeof said === 'string' && /^[A-Z]{2}$/.test(said)) return said;
  }
  return '';
}

/** IPv4 to 24 bits, IPv6 to 48: a network, and nobody in it. */
export function networkOf(address: string): string {
  if (isIPv4(address)) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return `${groups
    .slice(0, 3)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/48`;
}

function plainAddress(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(written);
  const address = mapped?.[1] ?? written.replace(/%.*$/, '');
  return isIPv4(address) || isIPv6(address) ? address : undefined;
}

function isTrusted(trusted: BlockList, address: string): boolean {
  return trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function addRange(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  if (prefix === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(prefix), family);
}
