import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request without its body. */
export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
};

export function readAsked(request: IncomingMessage): Asked {
  const url = request.url ?? '/';
  const at = url.indexOf('?');
  return {
    method: request.method ?? 'GET',
    path: at < 0 ? url : url.slice(0, at),
    query: new URLSearchParams(at < 0 ? '' : url.slice(at)),
    headers: request.headers,
  };
}

/** Any key will do, but there must be one. */
export function hasBearer({ headers }: Asked): boolean {
  return /^bearer\s+\S/i.test(headers.authorization ?? '');
}

export function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
