import { noUsage } from '#core/generation/usage.ts';
import { readNumber } from '../json-scan.ts';
import { scanReply, smallObject } from '../native-surface/whole-reply.ts';
import { codeOf } from '../openai-chat/read-reply.ts';
import type { ReplyFacts } from '../protocol.ts';
import { heardUsage } from './usage.ts';

const wanted: ReadonlySet<string> = new Set(['text', 'usage', 'duration', 'error']);

/** What was said: as JSON, or as a text, subtitles among them, which go out under the type that they came with. */
export function readTranscript(body: Uint8Array, contentType = ''): ReplyFacts {
  const isText = /^text\/(?!html)|^application\/x-subrip/i.test(contentType);
  if (isText) {
    const outputBytes = body.length;
    return { kind: 'answer', hasContent: true, outputBytes, finish: 'stop', usage: undefined, contentType };
  }
  const fields = scanReply(body, wanted)?.fields;
  if (!fields) return { kind: 'not-json' };
  const error = fields.get('error');
  if (error && error.kind !== 'null') return { kind: 'error', code: codeOf(smallObject(body, error)) };
  const text = fields.get('text');
  if (text?.kind !== 'string') return { kind: 'not-json' };
  const duration = fields.get('duration');
  const seconds = duration?.kind === 'number' ? Math.ceil(readNumber(body, duration)) : undefined;
  const usage =
    heardUsage(smallObject(body, fields.get('usage'))) ??
    (seconds === undefined ? undefined : { ...noUsage, audioSeconds: seconds });
  // Silence has no words, and is an answer all the same.
  return { kind: 'answer', hasContent: true, outputBytes: text.end - text.start, finish: 'stop', usage };
}
