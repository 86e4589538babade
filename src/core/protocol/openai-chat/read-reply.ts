import { Buffer } from 'node:buffer';
import type { Usage } from '#core/generation/usage.ts';
import { measureChatDelta } from '../json-delta.ts';
import { scanJsonObject } from '../json-scan.ts';
import type { EventFacts, Finish, ReplyFacts } from '../protocol.ts';
import type { SseEvent } from '../sse.ts';

const silent: EventFacts = {
  hasContent: false,
  outputBytes: 0,
  finish: undefined,
  usage: undefined,
  isUsageOnly: false,
  isTerminal: false,
  error: undefined,
};

const terminal: EventFacts = { ...silent, isTerminal: true };

const broken: EventFacts = { ...silent, error: 'unknown' };

/** One event of a stream. Only events with usage or an error are parsed whole; a chunk that is no JSON is a fault: programs choke on it. */
export function readEvent(event: SseEvent): EventFacts {
  const { data } = event;
  if (data === null || data.length === 0) return silent;
  if (isDone(data)) return terminal;
  const delta = measureChatDelta(data);
  if (!delta.valid) return broken;
  if (!delta.hasUsage && !delta.hasError) {
    if (!delta.content && delta.finish === null) return silent;
    return {
      ...silent,
      hasContent: delta.content,
      outputBytes: delta.outputBytes,
      finish: delta.finish === null ? undefined : toFinish(delta.finish),
    };
  }
  const chunk: unknown = JSON.parse(textOfBytes(data));
  const choices = fieldOf(chunk, 'choices');
  return {
    hasContent: delta.content,
    outputBytes: delta.outputBytes,
    finish: delta.finish === null ? undefined : toFinish(delta.finish),
    usage: delta.hasUsage ? decodeUsage(fieldOf(chunk, 'usage')) : undefined,
    isUsageOnly: delta.hasUsage && !delta.hasError && Array.isArray(choices) && choices.length === 0,
    isTerminal: false,
    error: delta.hasError ? codeOf(fieldOf(chunk, 'error')) : undefined,
  };
}

/** A whole reply that is not streamed. */
export function readReply(body: Uint8Array): ReplyFacts {
  const reply = parseObject(body);
  if (reply === undefined) return { kind: 'not-json' };
  const error = fieldOf(reply, 'error');
  if (error !== undefined && error !== null) return { kind: 'error', code: codeOf(error) };
  const choices = fieldOf(reply, 'choices');
  if (!Array.isArray(choices)) return { kind: 'not-json' };
  let outputBytes = 0;
  let finish: Finish | undefined;
  for (const choice of choices) {
    outputBytes += messageBytes(fieldOf(choice, 'message'));
    const reason = fieldOf(choice, 'finish_reason');
    if (finish === undefined && typeof reason === 'string') finish = toFinish(reason);
  }
  return {
    kind: 'answer',
    hasContent: outputBytes > 0,
    outputBytes,
    finish,
    usage: decodeUsage(fieldOf(reply, 'usage')),
  };
}

/** A closed-looking word, or `unknown`: an upstream's text must not pass as a code. */
export function readErrorCode(body: Uint8Array): string {
  return codeOf(fieldOf(parseObject(body), 'error'));
}

function codeOf(error: unknown): string {
  for (const name of ['code', 'type']) {
    const code = fieldOf(error, name);
    if (typeof code === 'string' && /^[a-z][a-z_]{2,47}$/.test(code)) return code;
  }
  return 'unknown';
}

/** Usage of OpenAI's dialect: prompt tokens include what was cached, completion tokens include reasoning. */
function decodeUsage(usage: unknown): Usage | undefined {
  if (typeof usage !== 'object' || usage === null) return undefined;
  const prompt = numberOf(usage, 'prompt_tokens');
  const output = numberOf(usage, 'completion_tokens');
  if (prompt === undefined || output === undefined) return undefined;
  const promptDetails = fieldOf(usage, 'prompt_tokens_details');
  const cachedInput = numberOf(promptDetails, 'cached_tokens') ?? numberOf(usage, 'prompt_cache_hit_tokens') ?? 0;
  const cacheWrite5m = numberOf(promptDetails, 'cache_write_tokens') ?? 0;
  const reasoning = numberOf(fieldOf(usage, 'completion_tokens_details'), 'reasoning_tokens') ?? 0;
  return { input: prompt - cachedInput - cacheWrite5m, cachedInput, cacheWrite5m, cacheWrite1h: 0, output, reasoning };
}

/** A count that is there but is no number is a lie, not an absence: NaN fails every bound. */
function numberOf(value: unknown, name: string): number | undefined {
  const count = fieldOf(value, name);
  if (count === undefined || count === null) return undefined;
  return typeof count === 'number' ? count : Number.NaN;
}

function toFinish(reason: string): Finish {
  switch (reason) {
    case 'stop':
      return 'stop';
    case 'length':
      return 'length';
    case 'tool_calls':
    case 'function_call':
      return 'tool-calls';
    case 'content_filter':
      return 'filtered';
    default:
      return 'other';
  }
}

/** UTF-8 bytes of everything in a message that is output: its texts, reasoning, tool names and arguments, media. */
function messageBytes(message: unknown): number {
  let bytes = 0;
  for (const name of ['content', 'refusal', 'reasoning', 'reasoning_content'] as const) {
    bytes += textBytes(fieldOf(message, name));
  }
  for (const call of listOf(fieldOf(message, 'tool_calls'))) {
    for (const body of [fieldOf(call, 'function'), fieldOf(call, 'custom')]) {
      bytes +=
        textBytes(fieldOf(body, 'name')) + textBytes(fieldOf(body, 'arguments')) + textBytes(fieldOf(body, 'input'));
    }
  }
  const legacy = fieldOf(message, 'function_call');
  bytes += textBytes(fieldOf(legacy, 'name')) + textBytes(fieldOf(legacy, 'arguments'));
  bytes += textBytes(fieldOf(fieldOf(message, 'audio'), 'data'));
  for (const image of listOf(fieldOf(message, 'images')))
    bytes += textBytes(fieldOf(fieldOf(image, 'image_url'), 'url'));
  return bytes;
}

function textBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  // Content may be a list of parts at some upstreams; no deeper, or a hostile one exhausts the stack.
  return listOf(value).reduce<number>((sum, part) => {
    const text = fieldOf(part, 'text');
    return sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0);
  }, 0);
}

const noFields: ReadonlySet<string> = new Set();
/** Replies nest far less, and JSON.parse of Node 26 corrupts its heap at some ten thousand: docs/decisions/0005. */
const depthMax = 256;

function parseObject(body: Uint8Array): object | undefined {
  const scan = scanJsonObject(body, noFields, depthMax);
  if (!scan.ok) return undefined;
  const value: unknown = JSON.parse(textOfBytes(body.subarray(scan.start, scan.end)));
  return typeof value === 'object' && value !== null ? value : undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Readonly<Record<string, unknown>>)[name]
    : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isDone(data: Uint8Array): boolean {
  return data[0] === 0x5b && textOfBytes(data.subarray(0, 6)) === '[DONE]';
}

function textOfBytes(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
