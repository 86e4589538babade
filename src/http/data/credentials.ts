import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { PresentedSecret } from '#gateway/caller/presented-secret.ts';

export type Credentials = {
  readonly secret: PresentedSecret | undefined;
  /** The key stood in the address: Google's way. */
  readonly isInAddress: boolean;
};

/**
 * The key of a request, wherever its dialect puts it. A `key` in the address is cut out of it before anything else can
 * see the address.
 */
export function takeCredentials(request: IncomingMessage): Credentials {
  const inAddress = cutKey(request);
  const isInAddress = inAddress !== undefined;
  const bearer = bearerOf(request);
  if (bearer) return { secret: bearer, isInAddress };
  const text = headerKey(request) ?? inAddress;
  return { secret: text === undefined ? undefined : new PresentedSecret(text), isInAddress };
}

type Sent = { readonly header: string; readonly secret: PresentedSecret };

/** What each open connection sent last: nearly all of them send one key for as long as they live. */
const sentBefore = new WeakMap<Socket, Sent>();

function bearerOf({ headers, socket }: IncomingMessage): PresentedSecret | undefined {
  const { authorization } = headers;
  if (authorization === undefined) return undefined;
  const before = sentBefore.get(socket);
  if (before?.header === authorization) return before.secret;
  const text = /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
  if (text === undefined) return undefined;
  const secret = new PresentedSecret(text);
  sentBefore.set(socket, { header: authorization, secret });
  return secret;
}

function headerKey({ headers }: IncomingMessage): string | undefined {
  const { 'x-api-key': apiKey, 'x-goog-api-key': googleKey } = headers;
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey;
  return typeof googleKey === 'string' && googleKey !== '' ? googleKey : undefined;
}

function cutKey(request: IncomingMessage): string | undefined {
  const address = request.url ?? '/';
  const query = address.indexOf('?');
  if (query < 0) return undefined;
  const parameters = new URLSearchParams(address.slice(query + 1));
  const key = parameters.get('key');
  if (key === null) return undefined;
  parameters.delete('key');
  const rest = parameters.toString();
  request.url = rest === '' ? address.slice(0, query) : `${address.slice(0, query)}?${rest}`;
  return key === '' ? undefined : key;
}
