import type { Step } from '../step.ts';
import { body, delivered, end } from '../step.ts';
import {
  eventsOf,
  type FaultCall,
  type FaultMode,
  headOf,
  sayAll,
  sayUnits,
  textUnit,
  toUnit,
  type Unit,
  unitsOf,
  wrappingOf,
} from './fault-mode.ts';

// JSON that is JSON and yet no answer, or an answer that is hard to read.
export const jsonFaults: readonly FaultMode[] = [
  {
    mode: 'json-deep',
    what: 'Answers honestly with an unknown field that is nested forty deep.',
    play: (call) => playField(call, `"x_deep":${'['.repeat(40)}${']'.repeat(40)}`),
  },
  {
    mode: 'json-huge',
    what: 'Answers honestly with an unknown field of fifty megabytes, in a body; a stream is honest.',
    play: playHuge,
  },
  {
    mode: 'json-duplicate-keys',
    what: 'Names fields twice, first with nonsense.',
    play: (call) =>
      playField(call, '"usage":null,"model":7,"choices":null,"candidates":null,"content":null,"output":null'),
  },
  {
    mode: 'json-other',
    what: 'Answers 200 with JSON that is no answer.',
    play: (call) => playOther(call, '{"status":"ok","data":{"text":"Nothing of this is an answer."}}'),
  },
  { mode: 'json-null', what: 'Answers 200 with null.', play: (call) => playOther(call, 'null') },
  { mode: 'json-number', what: 'Answers 200 with a number.', play: (call) => playOther(call, '42') },
  { mode: 'json-list', what: 'Answers 200 with an empty list.', play: (call) => playOther(call, '[]') },
  { mode: 'json-text', what: 'Answers 200 with a text.', play: (call) => playOther(call, '"It works"') },
];

const sliceBytes = 1024 * 1024;
const hugeSlices = 50;

/** One more field at the start of the body, or of each event that has words. */
function playField(call: FaultCall, field: string): Step[] {
  if (!call.turn.prompt.stream) {
    const [first, ...others] = unitsOf(call);
    return [headOf(call), ...sayUnits([prefixed(first, field), ...others]), end];
  }
  let left = 3;
  const units = eventsOf(call).map((event) => {
    if (event.tokens === 0 || left === 0) return toUnit(call, event);
    left -= 1;
    return toUnit(call, { ...event, data: `{${field},${event.data.slice(1)}` });
  });
  return [headOf(call), ...sayUnits(units), end];
}

function prefixed(unit: Unit | undefined, field: string): Unit {
  return { ...textUnit(`{${field},${unit?.bytes.subarray(1) ?? ''}`), tokens: unit?.tokens ?? 0 };
}

function* playHuge(call: FaultCall): Generator<Step> {
  if (call.turn.prompt.stream) return yield* sayAll(call);
  const [first, ...others] = unitsOf(call);
  yield headOf(call);
  yield body('{"x_huge":"');
  for (let at = 0; at < hugeSlices; at += 1) yield body('a'.repeat(sliceBytes));
  yield delivered;
  yield* sayUnits([{ ...textUnit(`",${first?.bytes.subarray(1) ?? ''}`), tokens: first?.tokens ?? 0 }, ...others]);
  yield end;
}

function playOther(call: FaultCall, json: string): Step[] {
  const { prompt } = call.turn;
  const isPlain = wrappingOf(call) === 'list' || !prompt.stream;
  const event = { ...call.dialect.blankEvent(call.turn), data: json };
  return [headOf(call), body(isPlain ? json : toUnit(call, event).bytes), end];
}
