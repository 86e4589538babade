import { randomLetters } from '../identity.ts';
import type { Reply } from '../script.ts';
import { fingerprint, reasoningSignature, type Turn } from './turn.ts';

/** One server-sent event: its data, and how many tokens go out with it. */
export type StreamEvent = {
  readonly kind: 'open' | 'delta' | 'finish' | 'usage' | 'done';
  readonly data: string;
  readonly tokens: number;
};

type Delta = { readonly json: string; readonly tokens: number };

const padding = randomLetters(64);

export function writeEvent(event: StreamEvent): string {
  return `data: ${event.data}\n\n`;
}

/** The events of an honest stream. Several choices take turns, as OpenAI's do. */
export function* writeStream(turn: Turn): Generator<StreamEvent> {
  const scripts = turn.replies.map((reply) => writeDeltas(reply));
  for (const [index, reply] of turn.replies.entries()) yield writeOpening(turn, reply, index);
  const open = new Set(scripts.keys());
  while (open.size > 0) {
    for (const index of open) {
      const next = scripts[index]?.next();
      if (next === undefined || next.done === true) open.delete(index);
      else yield { kind: 'delta', data: writeChunk(turn, index, next.value.json), tokens: next.value.tokens };
    }
  }
  for (const [index, reply] of turn.replies.entries()) {
    yield { kind: 'finish', data: writeChunk(turn, index, '{}', JSON.stringify(reply.finish)), tokens: 0 };
  }
  if (turn.prompt.includeUsage && turn.usageText !== undefined) yield writeUsageEvent(turn, turn.usageText);
  yield { kind: 'done', data: '[DONE]', tokens: 0 };
}

export function writeUsageEvent(turn: Turn, usageText: string): StreamEvent {
  return { kind: 'usage', data: `${writeStart(turn)}[],"usage":${usageText}${writePadding(0)}}`, tokens: 0 };
}

/** A chunk of one choice; `tail` takes the place of `"usage":null`. */
export function writeChunk(turn: Turn, index: number, delta: string, finish = 'null', tail?: string): string {
  const usage = tail ?? (turn.prompt.includeUsage ? ',"usage":null' : '');
  const choice = `{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":${finish}}`;
  return `${writeStart(turn)}[${choice}]${usage}${writePadding(delta.length)}}`;
}

function writeStart(turn: Turn): string {
  return (
    `{"id":"${turn.id}","object":"chat.completion.chunk","created":${turn.createdSeconds},` +
    `"model":${JSON.stringify(turn.prompt.model)},"service_tier":"default",` +
    `"system_fingerprint":"${fingerprint}","choices":`
  );
}

// OpenAI pads chunks so that their length does not tell the word.
function writePadding(length: number): string {
  return `,"obfuscation":"${padding.slice(0, 16 - (length % 16))}"`;
}

function writeOpening(turn: Turn, reply: Reply, index: number): StreamEvent {
  const said = reply.reasoning.length + reply.text.length > 0;
  if (reply.call === undefined || said) {
    return {
      kind: 'open',
      data: writeChunk(turn, index, '{"role":"assistant","content":"","refusal":null}'),
      tokens: 0,
    };
  }
  // A call with nothing said before it begins in the first chunk (seen in recordings).
  const delta = `{"role":"assistant","content":null,${writeCallOpening(reply.call.name)},"refusal":null}`;
  return { kind: 'open', data: writeChunk(turn, index, delta), tokens: 1 };
}

function* writeDeltas(reply: Reply): Generator<Delta> {
  for (const word of reply.reasoning) yield { json: `{"reasoning_content":${JSON.stringify(word)}}`, tokens: 1 };
  if (reply.reasoning.length > 0) yield { json: `{"reasoning_signature":"${reasoningSignature}"}`, tokens: 0 };
  for (const word of reply.text) yield { json: `{"content":${JSON.stringify(word)}}`, tokens: 1 };
  if (reply.call === undefined) return;
  if (reply.reasoning.length + reply.text.length > 0)
    yield { json: `{${writeCallOpening(reply.call.name)}}`, tokens: 1 };
  for (const piece of reply.call.pieces) {
    yield { json: `{"tool_calls":[{"index":0,"function":{"arguments":${JSON.stringify(piece)}}}]}`, tokens: 1 };
  }
}

function writeCallOpening(name: string): string {
  const described = `{"name":${JSON.stringify(name)},"arguments":""}`;
  return `"tool_calls":[{"index":0,"id":"call_${randomLetters(24)}","type":"function","function":${described}}]`;
}
