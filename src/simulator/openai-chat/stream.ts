import { randomLetters } from '../identity.ts';
import type { Call, Reply } from '../script.ts';
import type { StreamEvent } from '../stream-event.ts';
import type { Turn } from '../turn.ts';
import { writeBill } from './bill.ts';
import { fingerprint, finishOf, idOf, reasoningSignature, secondsOf } from './marks.ts';

type Delta = { readonly json: string; readonly tokens: number };

const padding = randomLetters(64);

export function chunkEvent(kind: StreamEvent['kind'], data: string, tokens = 0): StreamEvent {
  return { kind, before: 'data: ', data, after: '\n\n', tokens };
}

export const doneEvent = chunkEvent('done', '[DONE]');

/** The events of an honest stream. Several choices take turns, as OpenAI's do. */
export function* writeStream(turn: Turn): Generator<StreamEvent> {
  const scripts = turn.replies.map((reply) => writeDeltas(reply));
  for (const [index, reply] of turn.replies.entries()) yield writeOpening(turn, reply, index);
  const open = new Set(scripts.keys());
  while (open.size > 0) {
    for (const index of open) {
      const next = scripts[index]?.next();
      if (next === undefined || next.done === true) open.delete(index);
      else yield chunkEvent('delta', writeChunk(turn, index, next.value.json), next.value.tokens);
    }
  }
  for (const [index, reply] of turn.replies.entries()) yield writeFinish(turn, reply, index);
  yield* writeUsageEvents(turn);
  yield doneEvent;
}

/** A chunk without choices. */
export function writeBlankChunk(turn: Turn, usage?: string): string {
  return `${writeStart(turn)}[]${writeUsageField(turn, usage)}${writePadding(0)}}`;
}

function writeFinish(turn: Turn, reply: Reply, index: number): StreamEvent {
  const finish = JSON.stringify(finishOf(turn, reply));
  const bill = turn.bill?.isElsewhere === true ? turn.bill : undefined;
  if (bill === undefined) return chunkEvent('finish', writeChunk(turn, index, '{}', finish));
  return chunkEvent('finish', writeChunk(turn, index, '{"content":""}', finish, writeBill(bill)));
}

function* writeUsageEvents(turn: Turn): Generator<StreamEvent> {
  const { bill, prompt } = turn;
  if (!prompt.includeUsage || bill === undefined || bill.isElsewhere) return;
  const event = chunkEvent('usage', writeBlankChunk(turn, writeBill(bill)));
  yield event;
  if (bill.isTwice) yield event;
}

/** A chunk of one choice. */
function writeChunk(turn: Turn, index: number, delta: string, finish = 'null', usage?: string): string {
  const choice = `{"index":${index},"delta":${delta},"logprobs":null,"finish_reason":${finish}}`;
  return `${writeStart(turn)}[${choice}]${writeUsageField(turn, usage)}${writePadding(delta.length)}}`;
}

function writeUsageField(turn: Turn, usage: string | undefined): string {
  if (usage !== undefined) return `,"usage":${usage}`;
  return turn.prompt.includeUsage ? ',"usage":null' : '';
}

function writeStart(turn: Turn): string {
  return (
    `{"id":"${idOf(turn)}","object":"chat.completion.chunk","created":${secondsOf(turn)},` +
    `"model":${JSON.stringify(turn.prompt.model)},"service_tier":"default",` +
    `"system_fingerprint":"${fingerprint}","choices":`
  );
}

// OpenAI pads chunks so that their length does not tell the word.
function writePadding(length: number): string {
  return `,"obfuscation":"${padding.slice(0, 16 - (length % 16))}"`;
}

function writeOpening(turn: Turn, reply: Reply, index: number): StreamEvent {
  const [call] = reply.calls;
  if (call === undefined || isSaid(reply)) {
    return chunkEvent('open', writeChunk(turn, index, '{"role":"assistant","content":"","refusal":null}'));
  }
  // A call with nothing said before it begins in the first chunk (seen in recordings).
  const delta = `{"role":"assistant","content":null,${writeCallOpening(call, 0)},"refusal":null}`;
  return chunkEvent('open', writeChunk(turn, index, delta), 1);
}

function* writeDeltas(reply: Reply): Generator<Delta> {
  for (const word of reply.reasoning) yield { json: `{"reasoning_content":${JSON.stringify(word)}}`, tokens: 1 };
  if (reply.reasoning.length > 0) yield { json: `{"reasoning_signature":"${reasoningSignature}"}`, tokens: 0 };
  for (const word of reply.text) yield { json: `{"content":${JSON.stringify(word)}}`, tokens: 1 };
  for (const [at, call] of reply.calls.entries()) {
    if (at > 0 || isSaid(reply)) yield { json: `{${writeCallOpening(call, at)}}`, tokens: 1 };
    for (const piece of call.pieces) {
      yield { json: `{"tool_calls":[{"index":${at},"function":{"arguments":${JSON.stringify(piece)}}}]}`, tokens: 1 };
    }
  }
}

function isSaid(reply: Reply): boolean {
  return reply.reasoning.length + reply.text.length > 0;
}

function writeCallOpening(call: Call, at: number): string {
  const described = `{"name":${JSON.stringify(call.name)},"arguments":""}`;
  return `"tool_calls":[{"index":${at},"id":"call_${randomLetters(24)}","type":"function","function":${described}}]`;
}
