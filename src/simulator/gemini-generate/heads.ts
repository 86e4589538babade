export const jsonType = 'application/json; charset=UTF-8';
export const eventType = 'text/event-stream';

/** What recordings keep of the headers that Google sends. */
export function writeHeaders(contentType: string): Record<string, string> {
  return {
    'content-type': contentType,
    vary: 'Origin, X-Origin, Referer',
    server: 'scaffolding on HTTPServer2',
    'x-content-type-options': 'nosniff',
    'server-timing': 'gfet4t7; dur=1',
  };
}
