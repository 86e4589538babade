import { countAt, firstObject, inputUsage, listAnswer, readWhole, smallObject } from '../native-surface/whole-reply.ts';
import type { ReplyFacts } from '../protocol.ts';

const wanted: ReadonlySet<string> = new Set(['results', 'data', 'usage', 'meta', 'error']);
const result: ReadonlySet<string> = new Set(['relevance_score']);

export function readReply(body: Uint8Array): ReplyFacts {
  return readWhole(body, wanted, (fields) => {
    // Voyage's word is `data`.
    const results = fields.get('results') ?? fields.get('data');
    if (results?.kind !== 'array') return undefined;
    const usage = smallObject(body, fields.get('usage'));
    const billed = countAt(smallObject(body, fields.get('meta')), 'billed_units');
    const isThere = firstObject(body, results, result)?.has('relevance_score') === true;
    return listAnswer(
      isThere,
      inputUsage(
        countAt(usage, 'total_tokens'),
        countAt(usage, 'prompt_tokens'),
        // SiliconFlow tells tokens where Cohere tells searches. A search is then one unit of input.
        countAt(billed, 'input_tokens'),
        countAt(billed, 'search_units'),
        countAt(usage, 'search_units'),
      ),
    );
  });
}
