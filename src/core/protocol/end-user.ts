import { Buffer } from 'node:buffer';
import { readString } from './json-scan.ts';
import type { RequestFacts } from './protocol.ts';

/** Where dialects name the caller's end user. */
const fields = ['user', 'safety_identifier', 'metadata.user_id'] as const;

/** Whom a request names as its end user; undefined: nobody. */
export function endUserOf(body: Uint8Array, { spans, media }: RequestFacts): string | undefined {
  for (const field of fields) {
    const span = spans.get(field);
    if (!span) continue;
    const isText = body[span.start] === 0x22;
    const name = media?.isForm
      ? Buffer.from(body.subarray(span.start, span.end)).toString('utf8')
      : isText
        ? readString(body, { kind: 'string', keyStart: span.start, ...span })
        : '';
    if (name !== '') return name;
  }
  return undefined;
}
