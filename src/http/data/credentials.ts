import type { IncomingMessage } from 'node:http';

/**
 * The key of a request, wherever its dialect puts it. A `key` in the address is cut out of it before anything else can
 * see the address.
 */
export function takeCredentials(request: IncomingMessage): string | undefined {
  const inAddress = cutKey(request);
  const { authorization, 'x-api-key': apiKey, 'x-goog-api-key': googleKey } = request.headers;
  if (authorization !== undefined) {
    const match = /^Bearer\s+(\S+)\s*$/i.exec(authorization);
    if (match) return match[1];
  }
  if (typeof apiKey === 'string' && apiKey !== '') return apiKey;
  if (typeof googleKey === 'string' && googleKey !== '') return googleKey;
  return inAddress;
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
