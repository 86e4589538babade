import { jsonType, streamType, writeHeaders } from '../openai-chat/heads.ts';
import type { Turn } from '../openai-chat/turn.ts';
import { body, close, delivered, end, head, raw, type Step, wait } from '../step.ts';
import { type FaultCall, type FaultMode, headOf, sayUnits, type Unit, unitsOf } from './fault-mode.ts';

// Honest answers in odd wrapping. Most of it the standard of server-sent events allows, and real providers send.
export const framingFaults: readonly FaultMode[] = [
  { mode: 'no-done', what: 'Finishes but sends no [DONE]; a JSON body has no declared end.', play: playNoDone },
  { mode: 'done-twice', what: 'Sends [DONE] twice; a JSON body twice.', play: playDoneTwice },
  { mode: 'data-after-done', what: 'Sends more after [DONE] or after the JSON body.', play: playAfterDone },
  {
    mode: 'crlf',
    what: 'Ends its lines with CR LF.',
    play: (call) => playEdited(call, (text) => text.replaceAll('\n', '\r\n')),
  },
  {
    mode: 'cr',
    what: 'Ends its lines with CR alone.',
    play: (call) => playEdited(call, (text) => text.replaceAll('\n', '\r')),
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

function playNoDone({ turn }: FaultCall): Step[] {
  const units = unitsOf(turn);
  if (turn.prompt.stream) return [headOf(turn), ...sayUnits(units.slice(0, -1)), end];
  return [head(200, writeHeaders(jsonType), 'plain'), ...sayUnits(units), end];
}

function playDoneTwice({ turn }: FaultCall): Step[] {
  const units = unitsOf(turn);
  const again = turn.prompt.stream ? units.slice(-1) : units.map((unit) => ({ ...unit, tokens: 0 }));
  return [headOf(turn), ...sayUnits([...units, ...again]), end];
}

function playAfterDone({ turn }: FaultCall): Step[] {
  const units = unitsOf(turn);
  const more = turn.prompt.stream ? { text: units[1]?.text ?? '', tokens: 0 } : { text: '{"more":true}\n', tokens: 0 };
  return [headOf(turn), ...sayUnits([...units, more]), end];
}

/** Line ends of the stream, or of the JSON spread over lines. */
function playEdited({ turn }: FaultCall, edit: (text: string) => string): Step[] {
  const units = turn.prompt.stream ? unitsOf(turn) : spreadBody(turn);
  return [headOf(turn), ...sayUnits(units.map((unit) => ({ ...unit, text: edit(unit.text) }))), end];
}

function playBom({ turn }: FaultCall): Step[] {
  return [headOf(turn), body('\ufeff'), ...sayUnits(unitsOf(turn)), end];
}

function playComments({ turn }: FaultCall): Step[] {
  // OpenRouter keeps a JSON answer alive with blank lines before it.
  if (!turn.prompt.stream) return [headOf(turn), body('\n\n         \n'), ...sayUnits(unitsOf(turn)), end];
  const mixed = unitsOf(turn).flatMap((unit) => [{ text: ': OPENROUTER PROCESSING\n\n\n', tokens: 0 }, unit]);
  return [headOf(turn), ...sayUnits(mixed), end];
}

function* playLongLine({ turn }: FaultCall): Generator<Step> {
  const word = 'a'.repeat(longBytes);
  const reply = { ...shortReply(turn, 1), text: [word] };
  yield headOf(turn);
  for (const { text, tokens } of unitsOf({ ...turn, replies: [reply] })) {
    for (let at = 0; at < text.length; at += sliceBytes) {
      const isLast = at + sliceBytes >= text.length;
      yield body(text.slice(at, at + sliceBytes), isLast ? tokens : 0);
      // Who has a bound stops reading about here.
      if (at === 4 * sliceBytes) yield delivered;
    }
  }
  yield end;
}

function playManyLines({ turn }: FaultCall): Step[] {
  if (!turn.prompt.stream) return [headOf(turn), ...sayUnits(spreadBody(turn)), end];
  const spread = unitsOf(turn).map((unit) => {
    const data = unit.text.slice('data: '.length).trim();
    if (data === '[DONE]') return unit;
    const lines = JSON.stringify(JSON.parse(data), null, 1).split('\n');
    return { ...unit, text: `${lines.map((line) => `data: ${line}`).join('\n')}\n\n` };
  });
  return [headOf(turn), ...sayUnits(spread), end];
}

function* playBytes({ turn }: FaultCall): Generator<Step> {
  yield headOf(turn);
  yield* sayBytes({ ...turn, replies: [shortReply(turn, 8)] }, () => []);
  yield end;
}

function* playDrip({ turn }: FaultCall): Generator<Step> {
  let count = 0;
  yield headOf(turn);
  yield* sayBytes(turn, () => {
    count += 1;
    return count === 3 ? [delivered, wait(1000)] : [wait(1000)];
  });
  yield end;
}

function* sayBytes(turn: Turn, between: () => Step[]): Generator<Step> {
  for (const { text, tokens } of unitsOf(turn)) {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 1) {
      yield body(bytes.subarray(at, at + 1), at === bytes.length - 1 ? tokens : 0);
      yield* between();
    }
  }
}

function playAtOnce({ turn }: FaultCall): Step[] {
  const type = turn.prompt.stream ? streamType : jsonType;
  const text = unitsOf(turn)
    .map((unit) => unit.text)
    .join('');
  const lines = [
    'HTTP/1.1 200 OK',
    ...Object.entries(writeHeaders(type)).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(text)}`,
    'connection: close',
  ];
  return [raw(`${lines.join('\r\n')}\r\n\r\n${text}`, turn.usage.output), close];
}

function playUnknown({ turn }: FaultCall): Step[] {
  const units = unitsOf(turn);
  if (!turn.prompt.stream) {
    const odd = { text: '{"x_sandbox":{"weather":"fog"},', tokens: 0 };
    const [first, ...others] = units;
    return [
      headOf(turn),
      ...sayUnits([odd, { text: first?.text.slice(1) ?? '', tokens: first?.tokens ?? 0 }, ...others]),
      end,
    ];
  }
  const odd = 'id: 7\nretry: 10\nfield: unknown\n\nevent: weather\ndata: {"type":"weather","sky":"fog"}\n\n';
  const mixed = units.flatMap((unit, index) => (index % 10 === 1 ? [{ text: odd, tokens: 0 }, unit] : [unit]));
  return [headOf(turn), ...sayUnits(mixed), end];
}

function spreadBody(turn: Turn): Unit[] {
  const text = unitsOf(turn)
    .map((unit) => unit.text)
    .join('');
  return [{ text: `${JSON.stringify(JSON.parse(text), null, 2)}\n`, tokens: turn.usage.output }];
}

function shortReply(turn: Turn, words: number): Turn['replies'][number] {
  const [reply] = turn.replies;
  if (reply === undefined) throw new Error('A turn has at least one reply.');
  return { ...reply, text: reply.text.slice(0, words) };
}
