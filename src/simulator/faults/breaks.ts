import { sayWords } from '../script.ts';
import { body, delivered, end, reset, type Step, settle, stall } from '../step.ts';
import type { FaultTrouble } from '../trouble.ts';
import {
  answerWith,
  type FaultCall,
  type FaultMode,
  firstUnits,
  headOf,
  joinUnits,
  sayTrouble,
  sayUnits,
  toUnit,
  unitsOf,
} from './fault-mode.ts';

// What the first event holds depends on the dialect: OpenAI's the role alone, Gemini's a word already.
const numberMax = 50;

export const breakFaults: readonly FaultMode[] = [
  { mode: 'reset-mid-<k>', what: 'Resets the connection (RST) after k events.', numberMax, play: playReset },
  { mode: 'cut-<k>', what: 'Ends cleanly after k events, without finish and end mark.', numberMax, play: playCut },
  { mode: 'cut-mid-event', what: 'Ends cleanly inside the sixth event.', play: playCutInside },
  { mode: 'cut-mid-utf8', what: 'Ends cleanly inside a letter of two bytes.', play: playCutLetter },
  { mode: 'stall-<k>', what: 'Falls silent after k events and keeps the connection.', numberMax, play: playStall },
  {
    mode: 'error-event-first',
    what: 'Sends an error as the first event, then ends.',
    play: (call) => playError(call, 0),
  },
  {
    mode: 'error-event-<k>',
    what: 'Sends an error event after k events, then ends.',
    numberMax,
    play: (call) => playError(call, call.number),
  },
];

function playReset(call: FaultCall): Step[] {
  return [headOf(call), ...sayUnits(firstUnits(call, call.number)), settle, delivered, reset];
}

function playCut(call: FaultCall): Step[] {
  return [headOf(call), ...sayUnits(firstUnits(call, call.number)), end];
}

function playCutInside(call: FaultCall): Step[] {
  const units = firstUnits(call, 6);
  const last = units.pop();
  const half = last?.bytes.subarray(0, Math.floor(last.bytes.length / 2)) ?? '';
  return [headOf(call), ...sayUnits(units), body(half), end];
}

function playCutLetter(call: FaultCall): Step[] {
  const words = call.turn.replies[0]?.text.slice(0, 2) ?? [];
  const units = unitsOf(answerWith(call, [sayWords([...words, ' caf\u00e9'])]));
  const at = call.turn.prompt.stream ? units.findIndex(({ bytes }) => bytes.includes('\u00e9')) : 0;
  const bytes = joinUnits(units.slice(at));
  const cut = bytes.subarray(0, bytes.indexOf('\u00e9') + 1);
  return [headOf(call), ...sayUnits(units.slice(0, at)), body(cut), end];
}

function playStall(call: FaultCall): Step[] {
  return [headOf(call), ...sayUnits(firstUnits(call, call.number)), delivered, stall];
}

const broken: FaultTrouble = {
  kind: 'fault',
  status: 500,
  message: 'The server had an error while processing your request.',
};

function playError(call: FaultCall, count: number): Step[] {
  if (!call.turn.prompt.stream) return sayTrouble(call, broken, 200);
  const said = firstUnits(call, count);
  const error = toUnit(call, call.dialect.errorEvent(call.turn, broken, said.length === 0));
  return [headOf(call), ...sayUnits([...said, error]), end];
}
