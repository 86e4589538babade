import { randomUUID } from 'node:crypto';

export const jsonType = 'application/json';
export const streamType = 'application/vnd.amazon.eventstream';

/** The headers of recordings. */
export function writeHeaders(contentType: string): Record<string, string> {
  return { 'content-type': contentType, 'x-amzn-requestid': randomUUID() };
}
