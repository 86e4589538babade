import { type ClientRequest, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { CallerOrigin } from '#gateway/caller/caller-origin.ts';
import { networkOf, type OriginReader } from './caller-origin.ts';

const inFlightMax = 256;
/** Of one network, so that nobody takes the console away from all others. */
const networkMax = 32;
/** Whoever is there is the operator's, or stands behind a proxy that nobody named: they are no network of their own. */
const ownNetworks: ReadonlySet<string> = new Set(['127.0.0.1', '::1'].map(networkOf));
const answerMs = 60_000;
const lingerMs = 2_000;

/** Hands what is not an AI surface to the console's thread over its private socket; starts it with the first visit. */
export class PassThrough {
  readonly #consoleSocket: (() => Promise<string>) | undefined;
  readonly #simulatorPort: number | undefined;
  readonly #bodyMs: number;
  readonly #originOf: OriginReader;
  readonly #networks = new Map<string, number>();
  #inFlight = 0;

  /** @param options without a console's socket there are no pages here. */
  constructor(options: {
    readonly consoleSocket: (() => Promise<string>) | undefined;
    readonly simulatorPort: number | undefined;
    /** Bodies for people and their programs are small: who takes longer to send one holds a place that others want. */
    readonly bodyMs: number;
    /** Where callers are: whoever signs in too often from one network is told to wait. */
    readonly originOf: OriginReader;
  }) {
    this.#consoleSocket = options.consoleSocket;
    this.#bodyMs = options.bodyMs;
    this.#originOf = options.originOf;
    this.#simulatorPort = options.simulatorPort;
  }

  pass(request: IncomingMessage, response: ServerResponse): void {
    const origin = this.#originOf(request.socket, request.headers) ?? nowhere;
    if (!this.#takePlace(response, origin.network)) return unavailable(response);
    const bodyMs = this.#bodyMs;
    if (this.#simulatorPort !== undefined && request.url?.startsWith('/simulator/')) {
      const target = { host: '127.0.0.1', port: this.#simulatorPort };
      return forward(request, response, { target, origin, bodyMs });
    }
    if (!this.#consoleSocket) return notHere(response);
    this.#consoleSocket().then(
      (socketPath) => {
        try {
          forward(request, response, { target: { socketPath }, origin, bodyMs });
        } catch {
          // Whatever a stranger's head makes Node throw ends that request alone.
          unavailable(response);
        }
      },
      () => unavailable(response),
    );
  }

  /** False: all places are taken, or all of this network. A place is given back when its answer is over. */
  #takePlace(response: ServerResponse, network: string): boolean {
    const ofNetwork = this.#networks.get(network) ?? 0;
    const most = ownNetworks.has(network) ? inFlightMax : networkMax;
    if (this.#inFlight >= inFlightMax || ofNetwork >= most) return false;
    this.#inFlight += 1;
    this.#networks.set(network, ofNetwork + 1);
    response.once('close', () => {
      this.#inFlight -= 1;
      const left = (this.#networks.get(network) ?? 1) - 1;
      if (left > 0) this.#networks.set(network, left);
      else this.#networks.delete(network);
    });
    return true;
  }
}

type Target = { readonly socketPath: string } | { readonly host: string; readonly port: number };

const nowhere = new CallerOrigin('', { network: '', country: '' });

type Onward = { readonly target: Target; readonly origin: CallerOrigin; readonly bodyMs: number };

function forward(request: IncomingMessage, response: ServerResponse, { target, origin, bodyMs }: Onward): void {
  const onward = httpRequest({
    ...target,
    method: request.method,
    path: request.url,
    headers: {
      ...withoutInternal(request),
      'x-fairlead-internal-address': origin.addressForConsole(),
      'x-fairlead-internal-network': origin.network,
      'x-fairlead-internal-country': origin.country,
    },
    timeout: answerMs,
  });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, endToEnd(answer.rawHeaders));
    answer.pipe(response);
    answer.once('end', () => throwAwayRest(request, onward));
    answer.on('error', () => response.destroy());
  });
  const slow = setTimeout(() => request.complete || request.destroy(), bodyMs);
  response.once('close', () => clearTimeout(slow));
  onward.on('timeout', () => onward.destroy());
  onward.on('error', () => (response.headersSent ? response.destroy() : unavailable(response)));
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

/** Refused before it was read: the rest is thrown away for a moment, or the connection's next request would wait behind it. */
function throwAwayRest(request: IncomingMessage, onward: ClientRequest): void {
  if (request.readableEnded) return;
  request.unpipe(onward);
  request.resume();
  const timer = setTimeout(() => request.destroy(), lingerMs);
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => clearTimeout(timer));
}

/** The console's word on its own connection is none on the caller's. */
function endToEnd(raw: readonly string[]): string[] {
  return raw.filter((_, index) => !ownOfConnection.has((raw[index - (index % 2)] ?? '').toLowerCase()));
}

/** What belongs to one connection; node throws on a `trailer` without chunks, and has answered `expect` itself. */
const ownOfConnection = new Set(['connection', 'expect', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade']);

/** Headers with our own prefix could only pretend to be ours. */
function withoutInternal({ headers }: IncomingMessage): IncomingMessage['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith('x-fairlead-internal-') && !ownOfConnection.has(name)),
  );
}

function notHere(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end('{"error":{"message":"There are no pages for people at this address: it serves programs alone."}}');
}

function unavailable(response: ServerResponse): void {
  if (response.destroyed) return;
  response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '2' });
  response.end(
    '{"error":{"code":"console_unavailable","message":"The console does not answer. Try again shortly."}}\n',
  );
}
