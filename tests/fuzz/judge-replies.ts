import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import type { GenerationEvent } from '#core/generation/reply.ts';
import type { Protocol, UpstreamProtocol } from '#core/protocol/protocol.ts';
import { type SseEvent, SseSplitter } from '#core/protocol/sse.ts';
import { checkGrammar } from '../conformance/grammar/grammar.ts';
import { readPayloads } from '../conformance/oracle/read-sse.ts';
import { judgeGrammar } from '../properties/event-grammar.ts';
import { protocols } from './corpus.ts';
import { decodeAbout, replyAbout, streamAbout } from './neutral.ts';

/** Its streams are read beside their way where a caller may speak the same dialect. */
type Upstream = UpstreamProtocol & Partial<Pick<Protocol, 'openStream'>>;

/** An upstream's whole reply, as callers of every dialect get it. Nothing in it may throw. */
export function workReply(protocol: UpstreamProtocol, body: Buffer): readonly string[] {
  protocol.readErrorCode(body);
  if (protocol.readReply(body).kind !== 'answer') return [];
  const reply = protocol.decodeReply(body, decodeAbout);
  return protocols.map((caller) => caller.encodeReply(reply, replyAbout));
}

export function judgeReply(protocol: UpstreamProtocol, body: Buffer): void {
  assert.match(protocol.readErrorCode(body), /^[A-Za-z0-9_.:-]{1,100}$/);
  const facts = protocol.readReply(body);
  if (facts.kind === 'answer') assert.ok(Number.isSafeInteger(facts.outputBytes) && facts.outputBytes >= 0);
  for (const [index, written] of workReply(protocol, body).entries()) {
    JSON.parse(written);
    assert.equal(protocols[index]?.readReply(Buffer.from(written)).kind, 'answer', written);
  }
}

/** An upstream's stream, read twice over as the gateway does, and written for callers of every dialect. */
export function workStream(protocol: Upstream, bytes: Buffer): void {
  const events = decodeAll(protocol, readAll(protocol, bytes));
  for (const caller of protocols) write(caller, events);
}

export function judgeStream(protocol: Upstream, bytes: Buffer): void {
  const events = decodeAll(protocol, readAll(protocol, bytes));
  judgeGrammar(events);
  for (const caller of protocols) {
    const { text, isWhole } = write(caller, events);
    for (const payload of readPayloads(text)) if (payload !== '[DONE]') JSON.parse(payload);
    const problem = isWhole && hasNames(events) ? checkGrammar(caller.name, text) : undefined;
    if (problem) assert.fail(`for ${caller.name}: ${problem}, in ${text}`);
  }
}

function readAll(protocol: Upstream, bytes: Buffer): readonly SseEvent[] {
  const { events } = new SseSplitter().push(bytes);
  const stream = protocol.openStream?.(streamAbout);
  if (!stream) return events;
  for (const event of events) {
    const { outputBytes } = stream.read(event);
    assert.ok(Number.isSafeInteger(outputBytes) && outputBytes >= 0, 'bytes of output');
  }
  for (const said of [stream.end(), stream.fault(new Fault('stream-cut'))]) {
    for (const payload of readPayloads(said)) if (payload !== '[DONE]') JSON.parse(payload);
  }
  return events;
}

/** Up to the end or the first error, where the gateway stops to write. */
function decodeAll(protocol: UpstreamProtocol, events: readonly SseEvent[]): readonly GenerationEvent[] {
  const decoder = protocol.openDecoder(decodeAbout);
  const decoded = events.flatMap((event) => decoder.decode(event));
  const last = decoded.findIndex(({ kind }) => kind === 'end' || kind === 'error');
  return last < 0 ? decoded : decoded.slice(0, last + 1);
}

/** An upstream's call without an id or a name is passed on as it is: there is none to make up. */
function hasNames(events: readonly GenerationEvent[]): boolean {
  return events.every(
    (event) => event.kind !== 'tool-call-start' || (event.id.byteLength > 0 && event.name.byteLength > 0),
  );
}

type Written = { readonly text: string; readonly isWhole: boolean };

function write(caller: Protocol, events: readonly GenerationEvent[]): Written {
  const encoder = caller.openEncoder(replyAbout);
  let text = '';
  for (const event of events) if (event.kind !== 'end' && event.kind !== 'error') text += encoder.encode(event);
  if (!isFinished(events)) return { text: text + encoder.fault(new Fault('stream-cut')), isWhole: false };
  return { text: text + encoder.end(), isWhole: true };
}

/** Each choice that was told has said why it ended. */
function isFinished(events: readonly GenerationEvent[]): boolean {
  if (events.at(-1)?.kind === 'error') return false;
  const finished = new Set(events.flatMap((event) => (event.kind === 'finish' ? event.choice : [])));
  return finished.has(0) && events.every((event) => !('choice' in event) || finished.has(event.choice));
}
