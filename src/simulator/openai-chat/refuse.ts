import type { ServerResponse } from 'node:http';
import type { Refusal } from './errors.ts';
import { errorType, withLength, writeHeaders } from './heads.ts';

export function sendRefusal(response: ServerResponse, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(refusal.status, withLength({ ...writeHeaders(errorType), ...refusal.headers }, refusal.body));
  response.end(refusal.body);
}
