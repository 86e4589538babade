import { Buffer } from 'node:buffer';
import type { FinishReason } from '#core/generation/reply.ts';
import { fieldOf, isObject, type JsonObject, listOf, parseForeignObject, textOf } from '../json-value.ts';
import type { ReplyFacts } from '../protocol.ts';
import { toFinish } from './finish-reason.ts';
import { readCounts, toUsage } from './usage.ts';

/** A whole reply that is not streamed. */
export function readReply(body: Uint8Array): ReplyFacts {
  const reply = parseForeignObject(body);
  if (reply === undefined) return { kind: 'not-json' };
  if (fieldOf(reply, 'type') === 'error' || isObject(fieldOf(reply, 'error'))) {
    return { kind: 'error', code: errorCodeOf(fieldOf(reply, 'error')) };
  }
  const content = fieldOf(reply, 'content');
  if (!Array.isArray(content)) return { kind: 'not-json' };
  const measures = content.map(measureBlock);
  return {
    kind: 'answer',
    hasContent: measures.some(({ hasContent }) => hasContent),
    outputBytes: measures.reduce((sum, { outputBytes }) => sum + outputBytes, 0),
    finish: finishOf(reply),
    usage: toUsage(readCounts(fieldOf(reply, 'usage'))),
  };
}

export function finishOf(reply: unknown): FinishReason | undefined {
  const reason = textOf(fieldOf(reply, 'stop_reason'));
  return reason === undefined ? undefined : toFinish(reason);
}

export type Measure = { readonly hasContent: boolean; readonly outputBytes: number };

/**
 * What a block holds of output. Signatures and redacted thinking count, though nobody can read them: they carry the
 * thinking itself, whose tokens are billed while its shown text is a summary or empty. They alone are no content.
 */
export function measureBlock(block: unknown): Measure {
  switch (fieldOf(block, 'type')) {
    case 'text':
      return contentOf(bytesOf(fieldOf(block, 'text')));
    case 'thinking': {
      const shown = bytesOf(fieldOf(block, 'thinking'));
      return { hasContent: shown > 0, outputBytes: shown + bytesOf(fieldOf(block, 'signature')) };
    }
    case 'redacted_thinking':
      return { hasContent: false, outputBytes: bytesOf(fieldOf(block, 'data')) };
    case 'compaction':
      return contentOf(bytesOf(fieldOf(block, 'content')));
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return contentOf(bytesOf(fieldOf(block, 'name')) + inputBytes(fieldOf(block, 'input')));
    default:
      // Results of hosted tools: shown to the caller, and no output of the model.
      return { hasContent: true, outputBytes: 0 };
  }
}

function contentOf(outputBytes: number): Measure {
  return { hasContent: outputBytes > 0, outputBytes };
}

export function bytesOf(value: unknown): number {
  return typeof value === 'string' ? Buffer.byteLength(value) : 0;
}

/** A stream's block begins with an empty input, whose pieces follow. */
function inputBytes(input: unknown): number {
  return isObject(input) && Object.keys(input).length > 0 ? Buffer.byteLength(JSON.stringify(input)) : 0;
}

/** The upstream's code of a refusal, as a closed-looking word. */
export function readErrorCode(body: Uint8Array): string {
  return errorCodeOf(fieldOf(parseForeignObject(body), 'error'));
}

/** A closed-looking word, or `unknown`: an upstream's text must not pass as a code. */
export function errorCodeOf(error: unknown): string {
  const type = fieldOf(error, 'type');
  if (typeof type !== 'string' || !/^[a-z][a-z_]{2,47}$/.test(type)) return 'unknown';
  return type === 'invalid_request_error' && isTooLong(error) ? 'context_length_exceeded' : type;
}

/** Anthropic has no code for it; the start of its sentence is what programs go by. */
function isTooLong(error: unknown): boolean {
  const message = fieldOf(error, 'message');
  return typeof message === 'string' && message.startsWith('prompt is too long');
}

/** The blocks of a reply that `readReply` has found to be an answer. */
export function blocksOf(reply: JsonObject | undefined): readonly unknown[] {
  return listOf(fieldOf(reply, 'content'));
}
