import { crc32 } from 'node:zlib';
import { body, delivered, end, type Step } from '../step.ts';
import type { FaultTrouble } from '../trouble.ts';
import {
  eventsOf,
  type FaultCall,
  type FaultMode,
  firstUnits,
  headOf,
  sayAll,
  sayUnits,
  toUnit,
  unitsOf,
  wrappingOf,
} from './fault-mode.ts';

const numberMax = 50;
const preludeBytes = 12;
const onlyFrames = 'of a stream of binary frames; all other answers are honest.';

// What only AWS's binary frames can get wrong. Whatever is not one of them is honest here, and not counted.
export const frameFaults: readonly FaultMode[] = [
  {
    mode: 'frame-checksum-<k>',
    what: `Spoils the last checksum after k events ${onlyFrames}`,
    numberMax,
    play: (call) => playSpoilt(call, (frame) => flip(frame, frame.length - 1)),
  },
  {
    mode: 'frame-prelude-<k>',
    what: `Spoils the checksum of the lengths after k events ${onlyFrames}`,
    numberMax,
    play: (call) => playSpoilt(call, (frame) => flip(frame, preludeBytes - 1)),
  },
  {
    mode: 'frame-payload-<k>',
    what: `Changes one letter after k events, but not the checksum, ${onlyFrames}`,
    numberMax,
    play: (call) => playSpoilt(call, (frame) => flip(frame, frame.length - 8)),
  },
  {
    mode: 'frame-length-<k>',
    what: `Promises a message of four gigabytes after k events ${onlyFrames}`,
    numberMax,
    play: (call) => playSpoilt(call, withHugeLength),
  },
  {
    mode: 'exception-throttled-<k>',
    what: `Says ThrottlingException in the stream after k events ${onlyFrames}`,
    numberMax,
    play: playThrottled,
  },
  { mode: 'frame-headers', what: `Adds headers of every type to each message ${onlyFrames}`, play: playHeaders },
];

function playSpoilt(call: FaultCall, spoil: (frame: Buffer) => Buffer): Step[] {
  if (wrappingOf(call) !== 'frames') return honest(call);
  const said = firstUnits(call, call.number);
  const next = unitsOf(call).slice(said.length);
  const [spoilt, ...others] = next;
  if (spoilt === undefined) return honest(call);
  // Who sees it leaves at once.
  const after = [delivered, ...sayUnits(others), end];
  return [headOf(call), ...sayUnits(said), body(spoil(Buffer.from(spoilt.bytes))), ...after];
}

function honest(call: FaultCall): Step[] {
  call.spare();
  return sayAll(call);
}

function flip(frame: Buffer, at: number): Buffer {
  frame.writeUInt8(frame.readUInt8(at) ^ 0xff, at);
  return frame;
}

/** With its checksum right: only the bound of the format is broken. */
function withHugeLength(frame: Buffer): Buffer {
  frame.writeUInt32BE(0xffff_fff0, 0);
  frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
  return frame;
}

const throttled: FaultTrouble = { kind: 'fault', status: 429, message: 'Too many tokens, please wait.' };

function playThrottled(call: FaultCall): Step[] {
  if (wrappingOf(call) !== 'frames') return honest(call);
  const said = firstUnits(call, call.number);
  const exception = toUnit(call, call.dialect.errorEvent(call.turn, throttled, said.length === 0));
  return [headOf(call), ...sayUnits([...said, exception]), end];
}

/** Each with its type: true, false, a byte, 16, 32 and 64 bits, bytes, a time, a UUID. */
const oddHeaders = Buffer.concat(
  [
    [0],
    [1],
    [2, 7],
    [3, 0, 7],
    [4, 0, 0, 0, 7],
    [5, 0, 0, 0, 0, 0, 0, 0, 7],
    [6, 0, 2, 1, 2],
    [8, 0, 0, 0, 0, 0, 0, 0, 7],
    [9, ...Array<number>(16).fill(7)],
  ].map((value, index) => Buffer.from([2, 0x78, 0x30 + index, ...value])),
);

function playHeaders(call: FaultCall): Step[] {
  if (wrappingOf(call) !== 'frames') return honest(call);
  const units = eventsOf(call).map((event) => {
    const unit = toUnit(call, event);
    return { ...unit, bytes: withMoreHeaders(unit.bytes) };
  });
  return [headOf(call), ...sayUnits(units), end];
}

function withMoreHeaders(frame: Buffer): Buffer {
  const inner = frame.subarray(preludeBytes, frame.length - 4);
  const wider = Buffer.concat([Buffer.alloc(preludeBytes), oddHeaders, inner, Buffer.alloc(4)]);
  wider.writeUInt32BE(wider.length, 0);
  wider.writeUInt32BE(frame.readUInt32BE(4) + oddHeaders.length, 4);
  wider.writeUInt32BE(crc32(wider.subarray(0, 8)), 8);
  wider.writeUInt32BE(crc32(wider.subarray(0, wider.length - 4)), wider.length - 4);
  return wider;
}
