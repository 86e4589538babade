import { Buffer } from 'node:buffer';
import { fieldOf, isObject, listOf, parseForeignObject, textOf } from '../json-value.ts';
import type { ReplyFacts } from '../protocol.ts';
import { toFinish } from './finish-reason.ts';
import { toUsage } from './usage.ts';

/** A whole reply that is not streamed. */
export function readReply(body: Uint8Array): ReplyFacts {
  const reply = parseForeignObject(body);
  if (reply === undefined) return { kind: 'not-json' };
  const content = contentOf(reply);
  if (content === undefined) {
    const isError = textOf(fieldOf(reply, 'message')) !== undefined || textOf(fieldOf(reply, '__type')) !== undefined;
    return isError ? { kind: 'error', code: readErrorCode(body) } : { kind: 'not-json' };
  }
  const measures = content.map(measureBlock);
  const reason = textOf(fieldOf(reply, 'stopReason'));
  return {
    kind: 'answer',
    hasContent: measures.some(({ hasContent }) => hasContent),
    outputBytes: measures.reduce((sum, { outputBytes }) => sum + outputBytes, 0),
    finish: reason === undefined ? undefined : toFinish(reason, hasCalls(content)),
    usage: toUsage(fieldOf(reply, 'usage')),
  };
}

/** The blocks of an answer; undefined when there is none. */
export function contentOf(reply: unknown): readonly unknown[] | undefined {
  const content = fieldOf(fieldOf(fieldOf(reply, 'output'), 'message'), 'content');
  return Array.isArray(content) ? content : undefined;
}

export function hasCalls(content: readonly unknown[]): boolean {
  return content.some((block) => isObject(fieldOf(block, 'toolUse')));
}

type Measure = { readonly hasContent: boolean; readonly outputBytes: number };

/** Sealed reasoning counts, though nobody can read it: its tokens are billed. It alone is no content. */
function measureBlock(block: unknown): Measure {
  const reasoning = fieldOf(block, 'reasoningContent');
  if (reasoning !== undefined) {
    const shown = fieldOf(reasoning, 'reasoningText');
    const bytes = bytesOf(fieldOf(shown, 'text'));
    const sealed = bytesOf(fieldOf(shown, 'signature')) + bytesOf(fieldOf(reasoning, 'redactedContent'));
    return { hasContent: bytes > 0, outputBytes: bytes + sealed };
  }
  const call = fieldOf(block, 'toolUse');
  const cited = listOf(fieldOf(fieldOf(block, 'citationsContent'), 'content'));
  const outputBytes =
    bytesOf(fieldOf(block, 'text')) +
    cited.reduce<number>((sum, piece) => sum + bytesOf(fieldOf(piece, 'text')), 0) +
    (isObject(call) ? bytesOf(call.name) + Buffer.byteLength(JSON.stringify(call.input ?? {})) : 0);
  return { hasContent: outputBytes > 0, outputBytes };
}

function bytesOf(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0;
}

/** AWS says the kind of an error in the head; what a body says is its words, of which the beginning of one is known. */
export function readErrorCode(body: Uint8Array): string {
  const message = textOf(fieldOf(parseForeignObject(body), 'message')) ?? '';
  return /^(?:input is too long|.{0,80}prompt is too long)/i.test(message) ? 'context_length_exceeded' : 'unknown';
}
