import { scanJsonObject } from '../json-scan.ts';
import { fieldOf, parseForeignObject, parseLossless, utf8Of } from '../json-value.ts';
import type { ReplyFacts } from '../protocol.ts';
import { codeOfError } from './error-code.ts';
import { memberOf } from './field-names.ts';
import { EventReader } from './read-event.ts';

/** A whole reply that is not streamed. */
export function readReply(body: Uint8Array): ReplyFacts {
  const reply = parseForeignObject(body);
  if (reply === undefined) {
    const code = readErrorCode(body);
    return code === 'unknown' ? { kind: 'not-json' } : { kind: 'error', code };
  }
  const isAnswer = ['candidates', 'promptFeedback', 'usageMetadata'].some(
    (name) => memberOf(reply, name) !== undefined,
  );
  const { error, hasContent, outputBytes, finish, usage } = new EventReader().readChunk(reply);
  if (error !== undefined) return { kind: 'error', code: error };
  if (!isAnswer) return { kind: 'not-json' };
  return { kind: 'answer', hasContent, outputBytes, finish, usage };
}

/** A closed-looking word, or `unknown`. */
export function readErrorCode(body: Uint8Array): string {
  return codeOfError(fieldOf(parseForeignObject(body) ?? firstOfList(body), 'error'));
}

const noFields: ReadonlySet<string> = new Set();
const depthMax = 64;

/** Without `alt=sse`, and at Google's imitation of other dialects, an error comes as a list of one. */
function firstOfList(body: Uint8Array): unknown {
  const scan = scanJsonObject(body, noFields, depthMax);
  if (scan.ok || scan.why !== 'not-an-object') return undefined;
  const list = parseLossless(utf8Of(body).replace(/^\ufeff/, ''));
  return Array.isArray(list) ? list[0] : undefined;
}
