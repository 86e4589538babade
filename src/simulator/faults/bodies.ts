import { gzipSync } from 'node:zlib';
import { jsonType, streamType, withLength, writeHeaders } from '../openai-chat/heads.ts';
import { body, close, delivered, end, head, raw, type Step } from '../step.ts';
import { type FaultCall, type FaultMode, firstUnits, headOf, sayBody, sayUnits, unitsOf } from './fault-mode.ts';

const page =
  '<!doctype html>\n<html><head><title>Sandbox</title></head><body><h1>It works, but not for you</h1></body></html>\n';

export const bodyFaults: readonly FaultMode[] = [
  { mode: 'html', what: 'Answers 200 with an HTML page.', play: () => sayBody(200, writeHeaders('text/html'), page) },
  {
    mode: 'html-502',
    what: 'Answers 502 with an HTML page.',
    play: () => sayBody(502, writeHeaders('text/html'), page),
  },
  { mode: 'empty', what: 'Answers 200 with no body.', play: () => sayBody(200, writeHeaders(jsonType), '') },
  {
    mode: 'empty-stream',
    what: 'Answers 200 with an event stream that ends before its first byte.',
    play: () => [head(200, writeHeaders(streamType)), end],
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
  { mode: 'gzip', what: 'Sends an honest answer compressed, whether asked for or not.', play: playGzip },
];

function playWrongType({ turn }: FaultCall): Step[] {
  const type = turn.prompt.stream ? jsonType : 'text/plain';
  return [head(200, writeHeaders(type)), ...sayUnits(unitsOf(turn)), end];
}

function playInvalidJson({ turn }: FaultCall): Step[] {
  const cut = `{"id":"${turn.id}","object":"chat.completion","choices":[{"index":0,"mess`;
  if (!turn.prompt.stream) return sayBody(200, writeHeaders(jsonType), cut);
  return [headOf(turn), ...sayUnits(firstUnits(turn, 2)), body(`data: ${cut}\n\n`), end];
}

function playGarbage({ turn }: FaultCall): Step[] {
  // Every byte value, in an order that is neither text nor JSON.
  const bytes = Uint8Array.from({ length: 512 }, (_, index) => (index * 167 + 13) % 256);
  return sayBody(200, writeHeaders(turn.prompt.stream ? streamType : jsonType), bytes);
}

function playTruncated({ turn }: FaultCall): Step[] {
  const units = unitsOf(turn);
  const type = turn.prompt.stream ? streamType : jsonType;
  const text = units.map((unit) => unit.text).join('');
  const half = sayUnits(units.slice(0, Math.floor(units.length / 2)));
  return [head(200, withLength(writeHeaders(type), text), 'plain'), ...half, delivered, close];
}

function playBadChunk({ turn }: FaultCall): Step[] {
  return [
    headOf(turn),
    ...sayUnits(firstUnits(turn, 2)),
    raw('this is no size\r\nnor this a chunk\r\n'),
    delivered,
    close,
  ];
}

function playGzip({ turn }: FaultCall): Step[] {
  const type = turn.prompt.stream ? streamType : jsonType;
  const text = unitsOf(turn).map((unit) => unit.text);
  return sayBody(
    200,
    { ...writeHeaders(type), 'content-encoding': 'gzip' },
    gzipSync(text.join('')),
    turn.usage.output,
  );
}
