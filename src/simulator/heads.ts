import type { Headers } from './step.ts';

export function withLength(headers: Headers, body: string | Uint8Array): Headers {
  return { ...headers, 'content-length': String(Buffer.byteLength(body)) };
}
