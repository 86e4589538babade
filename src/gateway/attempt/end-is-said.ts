import type { IncomingHttpHeaders } from 'node:http';

/**
 * The head says where the body ends. Else it ends when its connection does, and a cut looks the same: what does not say
 * itself that it is whole, as JSON and events do, must not be taken for whole then.
 */
export function endIsSaid({
  'content-length': length,
  'transfer-encoding': coding,
}: Pick<IncomingHttpHeaders, 'content-length' | 'transfer-encoding'>): boolean {
  return length !== undefined || coding !== undefined;
}
