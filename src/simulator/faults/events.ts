import { sayWords } from '../script.ts';
import { body, close, delivered, end, type Step } from '../step.ts';
import type { FaultTrouble } from '../trouble.ts';
import {
  answerWith,
  type FaultCall,
  type FaultMode,
  firstUnits,
  headOf,
  joinUnits,
  quietUnit,
  sayAll,
  sayTrouble,
  sayUnits,
  toUnit,
  unitsOf,
} from './fault-mode.ts';
import { withLineEnds } from './line-ends.ts';

// Streams of events that are odd in themselves. A body that is not streamed is honest, but where it says otherwise.
export const eventFaults: readonly FaultMode[] = [
  {
    mode: 'comments-only',
    what: 'Sends comments and blank lines for a stream, blanks for a body, then ends.',
    play: (call) => [headOf(call), ...sayUnits(Array(20).fill(quietUnit(call, ': working\n\n'))), end],
  },
  { mode: 'line-ends-mixed', what: 'Ends its lines in all three ways in turn.', play: playMixed },
  { mode: 'null-bytes', what: 'Says words with the character zero in them.', play: playNulls },
  { mode: 'null-bytes-raw', what: 'Puts raw zero bytes between events, or after a JSON body.', play: playRawNulls },
  {
    mode: 'error-event-last',
    what: 'Says all of its answer, then an error instead of the finish; a body is an error under 200.',
    play: playErrorLast,
  },
  { mode: 'events-swapped', what: 'Sends two of its words in the wrong order.', play: playSwapped },
  { mode: 'event-repeated', what: 'Sends one of its words twice.', play: playRepeated },
  { mode: 'two-per-packet', what: 'Sends events in packets that end inside the next one.', play: playPackets },
  {
    mode: 'text-surrogates',
    what: 'Splits a letter of four bytes into its two halves, each escaped in an event of its own.',
    play: playTextHalves,
  },
  {
    mode: 'tool-surrogates',
    what: 'Calls the first tool and splits a letter of four bytes in its arguments into two halves.',
    play: playToolHalves,
  },
  { mode: 'tool-broken', what: 'Calls the first tool with arguments that are no JSON.', play: playBrokenTool },
  {
    mode: 'close-mid-<k>',
    what: 'Closes the connection (FIN) after k events, without the end of its framing.',
    numberMax: 50,
    play: playClose,
  },
  {
    mode: 'garbage-<k>',
    what: 'Sends bytes that mean nothing after k events, and ends.',
    numberMax: 50,
    play: playGarbage,
  },
];

const lineEnds = ['\n', '\r\n', '\r'] as const;

function playMixed(call: FaultCall): Step[] {
  return [headOf(call), ...sayUnits(withLineEnds(call, unitsOf(call), (index) => lineEnds[index % 3] ?? '\n')), end];
}

function playNulls(call: FaultCall): Step[] {
  const words = call.turn.replies[0]?.text ?? [];
  const odd = words.map((word, index) => (index % 10 === 5 ? `${word}\u0000` : word));
  return sayAll(call.turn.replies.length === 0 ? call : answerWith(call, [sayWords(odd)]));
}

function playRawNulls(call: FaultCall): Step[] {
  const units = unitsOf(call);
  const nulls = '\u0000\u0000\u0000\u0000\n\n';
  if (!call.turn.prompt.stream) return [headOf(call), ...sayUnits(units), body(nulls), end];
  const [before, after] = [units.slice(0, 6), units.slice(6)].map(sayUnits);
  return [headOf(call), ...(before ?? []), body(nulls), delivered, ...(after ?? []), end];
}

const broken: FaultTrouble = { kind: 'fault', status: 500, message: 'The server had an error at the very end.' };

function playErrorLast(call: FaultCall): Step[] {
  if (!call.turn.prompt.stream) return sayTrouble(call, broken, 200);
  const said = firstUnits(call, Number.MAX_SAFE_INTEGER);
  return [
    headOf(call),
    ...sayUnits(said),
    body(toUnit(call, call.dialect.errorEvent(call.turn, broken, false)).bytes),
    end,
  ];
}

function playSwapped(call: FaultCall): Step[] {
  if (!call.turn.prompt.stream) return sayAll(call);
  const units = unitsOf(call);
  const words = units.flatMap(({ kind, tokens }, index) => (kind === 'delta' && tokens > 0 ? [index] : []));
  const [at = -1, next = -1] = words.slice(3);
  const one = units[at];
  const other = units[next];
  if (one && other) {
    units[at] = other;
    units[next] = one;
  }
  return [headOf(call), ...sayUnits(units), end];
}

function playRepeated(call: FaultCall): Step[] {
  if (!call.turn.prompt.stream) return sayAll(call);
  let seen = 0;
  const units = unitsOf(call).flatMap((unit) => {
    if (unit.kind === 'delta' && unit.tokens > 0) seen += 1;
    return seen === 3 && unit.tokens > 0 && unit.kind === 'delta' ? [unit, { ...unit, tokens: 0 }] : [unit];
  });
  return [headOf(call), ...sayUnits(units), end];
}

/** The bytes of the answer in pieces of 500, which no event is. */
function* playPackets(call: FaultCall): Generator<Step> {
  yield headOf(call);
  const units = unitsOf(call);
  const bytes = joinUnits(units);
  const tokens = units.reduce((sum, unit) => sum + unit.tokens, 0);
  for (let at = 0; at < bytes.length; at += 500) {
    yield body(bytes.subarray(at, at + 500), at + 500 >= bytes.length ? tokens : 0);
  }
  yield end;
}

function playTextHalves(call: FaultCall): Step[] {
  if (call.turn.replies.length === 0) return sayAll(call);
  return sayAll(answerWith(call, [sayWords(['one', ' two', ' \ud83d', '\ude00', ' three'])]));
}

function playToolHalves(call: FaultCall): Step[] {
  return playTool(call, ['{"', 'mood', '":', '"', '\ud83d', '\ude00', '"}']);
}

function playBrokenTool(call: FaultCall): Step[] {
  return playTool(call, ['{"', 'mood', '":', '"', 'unfinished']);
}

/** Calls the first tool of the question; without one the answer is honest. */
function playTool(call: FaultCall, pieces: readonly string[]): Step[] {
  const [tool] = call.turn.prompt.tools;
  if (tool === undefined) {
    call.spare();
    return sayAll(call);
  }
  return sayAll(answerWith(call, [{ ...sayWords([], 'tool_calls'), calls: [{ name: tool.name, pieces }] }]));
}

function playClose(call: FaultCall): Step[] {
  return [headOf(call), ...sayUnits(firstUnits(call, call.number)), close];
}

function playGarbage(call: FaultCall): Step[] {
  const bytes = Uint8Array.from({ length: 300 }, (_, index) => 128 + ((index * 37) % 128));
  return [headOf(call), ...sayUnits(firstUnits(call, call.number)), body(bytes), end];
}
