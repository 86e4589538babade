import type { ServerResponse } from 'node:http';
import { withLength } from './heads.ts';
import type { Speaker } from './surface.ts';
import type { Refusal } from './trouble.ts';

export function sendRefusal(response: ServerResponse, speaker: Omit<Speaker, 'refuse'>, refusal: Refusal): void {
  if (response.headersSent || response.destroyed) return;
  const headers = { ...speaker.writeHeaders(speaker.errorType), ...refusal.headers };
  response.writeHead(refusal.status, withLength(headers, refusal.body));
  response.end(refusal.body);
}
