import type { FieldSpan } from '../json-scan.ts';
import { countAt, firstObject, inputUsage, listAnswer, readWhole, smallObject } from '../native-surface/whole-reply.ts';
import type { ReplyFacts } from '../protocol.ts';

const wanted: ReadonlySet<string> = new Set(['data', 'usage', 'error']);
const datum: ReadonlySet<string> = new Set(['embedding']);

export function readReply(body: Uint8Array): ReplyFacts {
  return readWhole(body, wanted, (fields) => {
    const data = fields.get('data');
    if (data?.kind !== 'array') return undefined;
    const usage = smallObject(body, fields.get('usage'));
    const first = firstObject(body, data, datum)?.get('embedding');
    // Some say the total alone.
    return listAnswer(isVector(first), inputUsage(countAt(usage, 'prompt_tokens'), countAt(usage, 'total_tokens')));
  });
}

/** Numbers, or base64 of them; some providers give one list for each type of number. */
function isVector(embedding: FieldSpan | undefined): boolean {
  if (!embedding || embedding.end - embedding.start <= 2) return false;
  return embedding.kind === 'array' || embedding.kind === 'string' || embedding.kind === 'object';
}
