import { STATUS_CODES } from 'node:http';
import { body, close, delivered, end, type Headers, head, raw, type Step } from '../step.ts';
import {
  type FaultCall,
  type FaultMode,
  firstUnits,
  headOf,
  joinUnits,
  sayAll,
  sayUnits,
  unitsOf,
} from './fault-mode.ts';

// HTTP itself is odd or broken: heads and framing written by hand.
export const transportFaults: readonly FaultMode[] = [
  {
    mode: 'continue-first',
    what: 'Sends 100 Continue, which nobody asked for, then an honest answer.',
    play: (call) => [informational(100), delivered, ...sayAll(call)],
  },
  {
    mode: 'early-hints',
    what: 'Sends 103 Early Hints, then an honest answer.',
    play: (call) => [informational(103, { link: '</style.css>; rel=preload' }), ...sayAll(call)],
  },
  {
    mode: 'informational-flood',
    what: 'Sends 103 five hundred times, then an honest answer.',
    play: (call) => [raw(informationalText(103, { link: '</a>' }).repeat(500)), ...sayAll(call)],
  },
  {
    mode: 'switching-protocols',
    what: 'Answers 101 Switching Protocols, which nobody asked for.',
    play: () => [informational(101, { upgrade: 'websocket', connection: 'Upgrade' }), close],
  },
  {
    mode: 'http-1-0',
    what: 'Answers honestly as HTTP/1.0: the body ends with the connection.',
    play: (call) => [raw(headText(call, { version: '1.0' })), ...rawUnits(call), delivered, close],
  },
  {
    mode: 'closed-on-reuse',
    what: 'Closes a connection that was used before; on a fresh one it answers honestly.',
    play: playClosedOnReuse,
  },
  { mode: 'length-short', what: 'Promises half of the length that it sends.', play: playShortLength },
  {
    mode: 'length-and-chunked',
    what: 'Says both a length and chunks.',
    play: playLengthAndChunked,
  },
  { mode: 'chunk-truncated', what: 'Closes the connection inside a chunk.', play: playTruncatedChunk },
  {
    mode: 'chunk-extension',
    what: 'Puts an extension of a kilobyte behind the size of each chunk.',
    play: playChunkExtension,
  },
  { mode: 'trailers', what: 'Sends an honest answer with trailers after its last chunk.', play: playTrailers },
  { mode: 'head-huge', what: 'Sends a head of 200 KiB.', play: playHugeHead },
  {
    mode: 'head-garbage',
    what: 'Answers with lines that are no HTTP.',
    play: () => [raw('220 mail.example ESMTP ready\r\n500 unrecognized command\r\n'), close],
  },
  {
    mode: 'type-capital',
    what: 'Writes the type of an honest answer in capitals, with an odd charset.',
    play: (call) => {
      const [type = ''] = call.dialect.typeOf(call.turn.prompt).split(';');
      return [
        head(200, call.dialect.writeHeaders(`${type.toUpperCase()} ; Charset="UTF-8"`)),
        ...sayUnits(unitsOf(call)),
        end,
      ];
    },
  },
];

const extension = `;note="${'x'.repeat(1024)}"`;

function informational(status: number, headers: Headers = {}): Step {
  return raw(informationalText(status, headers));
}

function informationalText(status: number, headers: Headers): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${linesOf(headers)}\r\n`;
}

function linesOf(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
}

function headText(
  { dialect, turn }: FaultCall,
  { version = '1.1', more = {} }: { readonly version?: string; readonly more?: Headers },
): string {
  const headers = { ...dialect.writeHeaders(dialect.typeOf(turn.prompt)), ...more, connection: 'close' };
  return `HTTP/${version} 200 OK\r\n${linesOf(headers)}\r\n`;
}

function rawUnits(call: FaultCall): Step[] {
  return unitsOf(call).map(({ bytes, tokens }) => raw(bytes, tokens));
}

function playClosedOnReuse(call: FaultCall): Step[] {
  if (call.isReused) return [close];
  call.spare();
  return sayAll(call);
}

function playShortLength(call: FaultCall): Step[] {
  const bytes = joinUnits(unitsOf(call));
  const head = headText(call, { more: { 'content-length': String(Math.floor(bytes.length / 2)) } });
  return [raw(Buffer.concat([Buffer.from(head), bytes])), delivered, close];
}

function playLengthAndChunked(call: FaultCall): Step[] {
  const bytes = joinUnits(unitsOf(call));
  const length = bytes.length;
  const more = { 'content-length': String(length), 'transfer-encoding': 'chunked' };
  const whole = [headText(call, { more }), chunkOf(bytes), '0\r\n\r\n'].map((part) => Buffer.from(part));
  return [raw(Buffer.concat(whole)), delivered, close];
}

function playTruncatedChunk(call: FaultCall): Step[] {
  const said = firstUnits(call, 8);
  const last = said.pop();
  const bytes = last?.bytes ?? Buffer.alloc(0);
  const cut = bytes.subarray(0, Math.floor(bytes.length / 2));
  return [headOf(call), ...sayUnits(said), raw(`${bytes.length.toString(16)}\r\n`), raw(cut), delivered, close];
}

function playChunkExtension(call: FaultCall): Step[] {
  const chunks = unitsOf(call).map(({ bytes, tokens }) => raw(chunkOf(bytes, extension), tokens));
  return [
    raw(headText(call, { more: { 'transfer-encoding': 'chunked' } })),
    ...chunks,
    raw('0\r\n\r\n'),
    delivered,
    close,
  ];
}

function chunkOf(bytes: Buffer, more = ''): Buffer {
  return Buffer.concat([Buffer.from(`${bytes.length.toString(16)}${more}\r\n`), bytes, Buffer.from('\r\n')]);
}

function playTrailers(call: FaultCall): Step[] {
  const more = { 'transfer-encoding': 'chunked', trailer: 'x-checksum' };
  const chunks = unitsOf(call).map(({ bytes, tokens }) => raw(chunkOf(bytes), tokens));
  return [
    raw(headText(call, { more })),
    ...chunks,
    raw('0\r\nx-checksum: 0\r\nx-usage: none\r\n\r\n'),
    delivered,
    close,
  ];
}

function playHugeHead(call: FaultCall): Step[] {
  const more = { 'x-padding': 'x'.repeat(200 * 1024) };
  return [raw(headText(call, { more })), delivered, body(joinUnits(unitsOf(call))), close];
}
