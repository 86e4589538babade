import { fieldOf, parseForeignObject, textOf } from '../json-value.ts';
import type { ReplyFacts } from '../protocol.ts';
import { errorCodeOf } from './error-code.ts';
import { decodeFinish, hasCalls } from './finish-reason.ts';
import { outputBytes } from './output-tally.ts';
import { usageOf } from './usage.ts';

/** A whole reply that is not streamed. */
export function readReply(body: Uint8Array): ReplyFacts {
  const reply = parseForeignObject(body);
  if (reply === undefined) return { kind: 'not-json' };
  const error = fieldOf(reply, 'error');
  if (error !== undefined && error !== null) return { kind: 'error', code: errorCodeOf(error) };
  if (fieldOf(reply, 'status') === 'failed') return { kind: 'error', code: 'unknown' };
  const output = fieldOf(reply, 'output');
  if (!Array.isArray(output)) return { kind: 'not-json' };
  const bytes = outputBytes(output);
  return {
    kind: 'answer',
    hasContent: bytes > 0,
    outputBytes: bytes,
    finish: decodeFinish(reply, hasCalls(output)),
    usage: usageOf(reply),
    objectId: textOf(fieldOf(reply, 'id')),
  };
}

export function readErrorCode(body: Uint8Array): string {
  return errorCodeOf(fieldOf(parseForeignObject(body), 'error'));
}
