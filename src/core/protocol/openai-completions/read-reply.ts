import { measureTextChoices } from '../json-delta.ts';
import { readWhole, smallObject } from '../native-surface/whole-reply.ts';
import { toFinish } from '../openai-chat/finish-reason.ts';
import { decodeUsage } from '../openai-chat/usage.ts';
import type { ReplyFacts } from '../protocol.ts';

const wanted: ReadonlySet<string> = new Set(['choices', 'usage', 'error']);

/** A whole reply that is not streamed. */
export function readReply(body: Uint8Array): ReplyFacts {
  return readWhole(body, wanted, (fields) => {
    if (fields.get('choices')?.kind !== 'array') return undefined;
    const { content, outputBytes, finish } = measureTextChoices(withoutMark(body));
    return {
      hasContent: content,
      outputBytes,
      finish: finish === null ? undefined : toFinish(finish),
      usage: decodeUsage(smallObject(body, fields.get('usage'))),
    };
  });
}

/** A byte order mark before the JSON. */
function withoutMark(body: Uint8Array): Uint8Array {
  return body[0] === 0xef ? body.subarray(3) : body;
}
