import { withLength } from '../heads.ts';
import { close, delivered, end, head, raw, type Step } from '../step.ts';
import {
  eventsOf,
  type FaultCall,
  type FaultMode,
  firstUnits,
  headOf,
  joinUnits,
  sayBody,
  sayUnits,
  toUnit,
  unitsOf,
  wrappingOf,
} from './fault-mode.ts';

const page =
  '<!doctype html>\n<html><head><title>Sandbox</title></head><body><h1>It works, but not for you</h1></body></html>\n';

export const bodyFaults: readonly FaultMode[] = [
  {
    mode: 'html',
    what: 'Answers 200 with an HTML page.',
    play: ({ dialect }) => sayBody(200, dialect.writeHeaders('text/html'), page),
  },
  {
    mode: 'html-502',
    what: 'Answers 502 with an HTML page.',
    play: ({ dialect }) => sayBody(502, dialect.writeHeaders('text/html'), page),
  },
  {
    mode: 'empty',
    what: 'Answers 200 with no body.',
    play: ({ dialect }) => sayBody(200, dialect.writeHeaders(dialect.jsonType), ''),
  },
  {
    mode: 'empty-stream',
    what: 'Answers 200 with an event stream that ends before its first byte.',
    play: ({ dialect }) => [head(200, dialect.writeHeaders('text/event-stream')), end],
  },
  {
    mode: 'wrong-content-type',
    what: 'Sends an honest stream as application/json, an honest JSON body as text/plain.',
    play: playWrongType,
  },
  {
    mode: 'invalid-json',
    what: 'Sends JSON that breaks off inside, in a body or event that is whole.',
    play: playInvalidJson,
  },
  { mode: 'garbage-bytes', what: 'Answers 200 with bytes that mean nothing.', play: playGarbage },
  { mode: 'truncated-body', what: 'Promises a length, sends half of it, closes.', play: playTruncated },
  { mode: 'bad-chunk', what: 'Breaks the chunked framing after two parts.', play: playBadChunk },
];

function playWrongType(call: FaultCall): Step[] {
  const type = /^(?:events|frames)$/.test(wrappingOf(call)) ? call.dialect.jsonType : 'text/plain';
  return [head(200, call.dialect.writeHeaders(type)), ...sayUnits(unitsOf(call)), end];
}

function playInvalidJson(call: FaultCall): Step[] {
  if (!call.turn.prompt.stream) {
    const cut = cutInside(call.dialect.writeAnswer(call.turn));
    return sayBody(200, call.dialect.writeHeaders(call.dialect.jsonType), cut);
  }
  // The second event that holds a word.
  const events = eventsOf(call);
  const first = events.findIndex(({ tokens }) => tokens > 0);
  const at = events.findIndex(({ tokens }, index) => index > first && tokens > 0);
  const garbled = events
    .slice(at, at + 1)
    .map((event) => toUnit(call, { ...event, data: cutInside(event.data), tokens: 0 }));
  return [headOf(call), ...sayUnits([...firstUnits(call, at), ...garbled]), end];
}

function cutInside(json: string): string {
  return json.slice(0, Math.floor(json.length / 2));
}

function playGarbage(call: FaultCall): Step[] {
  // Every byte value, in an order that is neither text nor JSON.
  const bytes = Uint8Array.from({ length: 512 }, (_, index) => (index * 167 + 13) % 256);
  return sayBody(200, call.dialect.writeHeaders(call.dialect.typeOf(call.turn.prompt)), bytes);
}

function playTruncated(call: FaultCall): Step[] {
  const units = unitsOf(call);
  const headers = call.dialect.writeHeaders(call.dialect.typeOf(call.turn.prompt));
  const half = sayUnits(units.slice(0, Math.floor(units.length / 2)));
  return [head(200, withLength(headers, joinUnits(units)), 'plain'), ...half, delivered, close];
}

function playBadChunk(call: FaultCall): Step[] {
  return [
    headOf(call),
    ...sayUnits(firstUnits(call, 2)),
    raw('this is no size\r\nnor this a chunk\r\n'),
    delivered,
    close,
  ];
}
