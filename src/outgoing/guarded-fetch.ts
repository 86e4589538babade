// Requests to addresses that somebody else chose: only to public hosts, unless the operator named the host itself; never on to
// where an answer points.
import { lookup } from 'node:dns';
import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

export type GuardedRequest = {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The operator gave this address: it may be private, and plain HTTP. */
  readonly isOperators: boolean;
  readonly deadlineMs?: number;
  /** Nobody wants it any more. */
  readonly signal?: AbortSignal;
};

export type GuardedAnswer = { readonly status: number; readonly text: string };

/** Why nothing came: in closed words, since what a foreign host says may be anything. */
export class FetchRefused extends Error {
  override readonly name = 'FetchRefused';
  readonly reason: 'address' | 'private' | 'unreachable' | 'too-large' | 'late';

  constructor(reason: FetchRefused['reason']) {
    super(`a request to another host failed: ${reason}`);
    this.reason = reason;
  }
}

const [deadlineDefaultMs, bytesMax] = [10_000, 1_048_576];

/** What answered, whatever its status; its body up to 1 MiB. Throws `FetchRefused`. */
export async function guardedFetch(address: string, options: GuardedRequest): Promise<GuardedAnswer> {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const isTls = url?.protocol === 'https:';
  if (!url || (!isTls && !(options.isOperators && url.protocol === 'http:'))) throw new FetchRefused('address');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!options.isOperators && isIP(host) !== 0 && isPrivate(host)) throw new FetchRefused('private');
  const late = AbortSignal.timeout(options.deadlineMs ?? deadlineDefaultMs);
  const signal = options.signal ? AbortSignal.any([options.signal, late]) : late;
  return await new Promise((resolve, reject) => {
    const { method = 'GET', headers = {}, body } = options;
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const head = { 'user-agent': 'fairlead', accept: 'application/json', ...headers, ...length };
    // The name is judged as the socket opens, so that it cannot mean another host a moment later.
    const look = options.isOperators ? {} : { lookup: publicLookup };
    const asked = (isTls ? tlsRequest : plainRequest)(url, { method, headers: head, signal, agent: false, ...look });
    asked.on('response', (answer) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > bytesMax) asked.destroy(new FetchRefused('too-large'));
        else pieces.push(piece);
      });
      answer.on('error', (thrown) => reject(reasonOf(thrown, signal)));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') }));
    });
    asked.on('error', (thrown) => reject(reasonOf(thrown, signal)));
    asked.end(body);
  });
}

function reasonOf(thrown: Error, signal: AbortSignal): FetchRefused {
  if (thrown instanceof FetchRefused) return thrown;
  return new FetchRefused(signal.aborted ? 'late' : 'unreachable');
}

const publicLookup: LookupFunction = (hostname, options, answer) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return answer(error, []);
    if (found.length === 0 || found.some(({ address }) => isPrivate(address))) {
      return answer(new FetchRefused('private'), []);
    }
    if (options.all) return answer(null, found);
    answer(null, found[0]?.address ?? '', found[0]?.family ?? 4);
  });
};

/** What is of this machine, of its network, of nobody (RFC 6890), or carries an IPv4 address inside that could be any of these. */
const closed = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  closed.addSubnet(net, bits, 'ipv4');
}
for (const [net, bits] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  closed.addSubnet(net, bits, 'ipv6');
}

export function isPrivate(address: string): boolean {
  return closed.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}
