import type { IncomingMessage } from 'node:http';

export type Credentials = {
  readonly secret: string | undefined;
  /** The key stood in the address: Google's way. */
  readonly isInAddress: boolean;
};

/**
 * The key of a request, wherever its dialect puts it. A `key` in the address is cut out of it before anything else can
 * see the address.
 */
export function takeCredentials(request: IncomingMessage): Credentials {
  const inAddress = cutKey(request);
  return { secret: headerKey(request) ?? inAddress, isInAddress: inAddress !== undefined };
}

function headerKey({ headers }: IncomingMessage): string | undefined {
  const { authorization, 'x-api-key': apiKey, 'x-goog-api-key': googleKey } = headers;
  if (authorization !== undefined) {
    const match = /^Bearer\s+(\S+)\s*$/i.exec(authorization);
    if (match) return match[1];
  }
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
