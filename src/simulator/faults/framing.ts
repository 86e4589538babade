import { body, close, delivered, end, head, raw, type Step, wait } from '../step.ts';
import {
  eventsOf,
  type FaultCall,
  type FaultMode,
  headOf,
  joinUnits,
  quietUnit,
  type Spoken,
  sayUnits,
  shorten,
  textUnit,
  toUnit,
  type Unit,
  unitsOf,
  wrappingOf,
} from './fault-mode.ts';
import { withLineEnds } from './line-ends.ts';

// Honest answers in odd wrapping. Most of it the standard of server-sent events allows, and real providers send.
export const framingFaults: readonly FaultMode[] = [
  {
    mode: 'no-done',
    what: 'Finishes but sends no end mark ([DONE], message_stop); a JSON body has no declared end.',
    play: playNoDone,
  },
  {
    mode: 'done-twice',
    what: 'Sends its end mark twice, or the finish where there is none; a JSON body twice.',
    play: playDoneTwice,
  },
  { mode: 'data-after-done', what: 'Sends more after its end mark or after the JSON body.', play: playAfterDone },
  {
    mode: 'crlf',
    what: 'Ends its lines with CR LF.',
    play: (call) => playEdited(call, '\r\n'),
  },
  {
    mode: 'cr',
    what: 'Ends its lines with CR alone.',
    play: (call) => playEdited(call, '\r'),
  },
  { mode: 'bom', what: 'Begins with a byte order mark.', play: playBom },
  { mode: 'comments', what: 'Mixes in comments and blank lines, as OpenRouter does.', play: playComments },
  { mode: 'long-line', what: 'Sends one word of ten megabytes in one line.', play: playLongLine },
  { mode: 'multi-line-data', what: 'Spreads the JSON of each event over several data lines.', play: playManyLines },
  { mode: 'one-byte-chunks', what: 'Sends every byte as a chunk of its own.', play: playBytes },
  { mode: 'all-at-once', what: 'Sends head and whole answer in a single write.', play: playAtOnce },
  { mode: 'unknown-events', what: 'Mixes in events, fields and ids that nobody knows.', play: playUnknown },
  { mode: 'slow-drip', what: 'Sends the answer at one byte a second.', play: playDrip },
];

const longBytes = 10 * 1024 * 1024;
const sliceBytes = 64 * 1024;

function playNoDone(call: FaultCall): Step[] {
  const units = unitsOf(call);
  if (call.turn.prompt.stream) return [headOf(call), ...sayUnits(units.filter(({ kind }) => kind !== 'done')), end];
  return [head(200, call.dialect.writeHeaders(call.dialect.jsonType), 'plain'), ...sayUnits(units), end];
}

function playDoneTwice(call: FaultCall): Step[] {
  const units = unitsOf(call);
  const again = call.turn.prompt.stream
    ? [toUnit(call, call.dialect.endAgain(call.turn))]
    : units.map((unit) => ({ ...unit, tokens: 0 }));
  return [headOf(call), ...sayUnits([...units, ...again]), end];
}

function playAfterDone(call: FaultCall): Step[] {
  const units = unitsOf(call);
  const word = units.find(({ kind, tokens }) => kind === 'delta' && tokens > 0);
  const more = call.turn.prompt.stream && word !== undefined ? { ...word, tokens: 0 } : textUnit('{"more":true}\n');
  return [headOf(call), ...sayUnits([...units, more]), end];
}

/** Line ends of the stream, or of the JSON spread over lines. */
function playEdited(call: FaultCall, lineEnd: string): Step[] {
  const units = call.turn.prompt.stream ? unitsOf(call) : spreadBody(call);
  return [headOf(call), ...sayUnits(withLineEnds(call, units, () => lineEnd)), end];
}

function playBom(call: FaultCall): Step[] {
  return [headOf(call), body('\ufeff'), delivered, ...sayUnits(unitsOf(call)), end];
}

function playComments(call: FaultCall): Step[] {
  const units = unitsOf(call);
  // OpenRouter keeps a JSON answer alive with blank lines before it.
  if (!call.turn.prompt.stream) return [headOf(call), body('\n\n         \n'), ...sayUnits(units), end];
  const quiet = quietUnit(call, ': OPENROUTER PROCESSING\n\n\n');
  const mixed = units.flatMap((unit) => [quiet, unit]);
  return [headOf(call), ...sayUnits(mixed), end];
}

function* playLongLine(call: FaultCall): Generator<Step> {
  const word = 'a'.repeat(longBytes);
  const { dialect, turn } = shorten(call, 1);
  const replies = turn.replies.map((reply) => ({ ...reply, text: [word] }));
  yield headOf(call);
  for (const { bytes, tokens } of unitsOf({ dialect, turn: { ...turn, replies } })) {
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      const isLast = at + sliceBytes >= bytes.length;
      yield body(bytes.subarray(at, at + sliceBytes), isLast ? tokens : 0);
      // Who has a bound stops reading about here.
      if (at === 4 * sliceBytes) yield delivered;
    }
  }
  yield end;
}

function playManyLines(call: FaultCall): Step[] {
  if (!call.turn.prompt.stream) return [headOf(call), ...sayUnits(spreadBody(call)), end];
  const spread = eventsOf(call).map((event) => {
    if (!event.data.startsWith('{')) return toUnit(call, event);
    const lines = JSON.stringify(JSON.parse(event.data), null, 1).split('\n');
    return toUnit(call, { ...event, data: lines.join(event.before.endsWith('data: ') ? '\ndata: ' : '\n') });
  });
  return [headOf(call), ...sayUnits(spread), end];
}

function* playBytes(call: FaultCall): Generator<Step> {
  yield headOf(call);
  yield* sayBytes(shorten(call, 8), () => []);
  yield end;
}

function* playDrip(call: FaultCall): Generator<Step> {
  let count = 0;
  yield headOf(call);
  yield* sayBytes(call, () => {
    count += 1;
    return count === 3 ? [delivered, wait(1000)] : [wait(1000)];
  });
  yield end;
}

function* sayBytes(spoken: Spoken, between: () => Step[]): Generator<Step> {
  for (const { bytes, tokens } of unitsOf(spoken)) {
    for (let at = 0; at < bytes.length; at += 1) {
      yield body(bytes.subarray(at, at + 1), at === bytes.length - 1 ? tokens : 0);
      yield* between();
    }
  }
}

function playAtOnce(call: FaultCall): Step[] {
  const { dialect, turn } = call;
  const bytes = joinUnits(unitsOf(call));
  const lines = [
    'HTTP/1.1 200 OK',
    ...Object.entries(dialect.writeHeaders(dialect.typeOf(turn.prompt))).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${bytes.length}`,
    'connection: close',
  ];
  const whole = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), bytes]);
  return [raw(whole, turn.usage.output), delivered, close];
}

function playUnknown(call: FaultCall): Step[] {
  const units = unitsOf(call);
  if (!call.turn.prompt.stream) {
    const [first, ...others] = units;
    const odd = textUnit(`{"x_sandbox":{"weather":"fog"},${first?.bytes.subarray(1) ?? ''}`);
    return [headOf(call), ...sayUnits([{ ...odd, tokens: first?.tokens ?? 0 }, ...others]), end];
  }
  const odd = oddUnit(call, '{"type":"weather","sky":"fog"}');
  const mixed = units.flatMap((unit, index) => (index % 10 === 1 ? [odd, unit] : [unit]));
  return [headOf(call), ...sayUnits(mixed), end];
}

function oddUnit(call: FaultCall, data: string): Unit {
  switch (wrappingOf(call)) {
    case 'events':
      return textUnit(`id: 7\nretry: 10\nfield: unknown\n\nevent: weather\ndata: ${data}\n\n`);
    case 'frames':
      return toUnit(call, { ...call.dialect.blankEvent(call.turn), before: 'weather', data });
    case 'list':
    case 'body':
      return toUnit(call, { ...call.dialect.blankEvent(call.turn), data });
  }
}

function spreadBody({ dialect, turn }: Spoken): Unit[] {
  const text = JSON.stringify(JSON.parse(dialect.writeAnswer(turn)), null, 2);
  return [{ kind: 'done', bytes: Buffer.from(`${text}\n`), tokens: turn.usage.output }];
}
