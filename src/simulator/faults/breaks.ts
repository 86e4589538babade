import { writeError } from '../openai-chat/errors.ts';
import { errorType, writeHeaders } from '../openai-chat/heads.ts';
import { writeChunk } from '../openai-chat/stream.ts';
import { body, delivered, end, reset, type Step, settle, stall } from '../step.ts';
import { type FaultCall, type FaultMode, firstUnits, headOf, sayBody, sayUnits } from './fault-mode.ts';

// The first event holds the role alone, so k = 1 breaks before and k = 2 after the first word.
const numberMax = 50;

export const breakFaults: readonly FaultMode[] = [
  { mode: 'reset-mid-<k>', what: 'Resets the connection (RST) after k events.', numberMax, play: playReset },
  { mode: 'cut-<k>', what: 'Ends cleanly after k events, without finish and [DONE].', numberMax, play: playCut },
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

function playReset({ turn, number }: FaultCall): Step[] {
  return [headOf(turn), ...sayUnits(firstUnits(turn, number)), settle, delivered, reset];
}

function playCut({ turn, number }: FaultCall): Step[] {
  return [headOf(turn), ...sayUnits(firstUnits(turn, number)), end];
}

function playCutInside({ turn }: FaultCall): Step[] {
  const units = firstUnits(turn, 6);
  const last = units.pop();
  const half = last?.text.slice(0, Math.floor(last.text.length / 2)) ?? '';
  return [headOf(turn), ...sayUnits(units), body(half), end];
}

function playCutLetter({ turn }: FaultCall): Step[] {
  const chunk = `data: ${writeChunk(turn, 0, '{"content":" caf\u00e9"}')}`;
  const answer = `{"id":"${turn.id}","object":"chat.completion","choices":[{"index":0,"message":{"content":"caf\u00e9"`;
  const bytes = Buffer.from(turn.prompt.stream ? chunk : answer);
  const cut = bytes.subarray(0, bytes.indexOf(0xc3) + 1);
  const before = turn.prompt.stream ? sayUnits(firstUnits(turn, 3)) : [];
  return [headOf(turn), ...before, body(cut), end];
}

function playStall({ turn, number }: FaultCall): Step[] {
  return [headOf(turn), ...sayUnits(firstUnits(turn, number)), delivered, stall];
}

function playError({ turn }: FaultCall, count: number): Step[] {
  const error = { message: 'The server had an error while processing your request.', type: 'server_error' };
  if (!turn.prompt.stream) return sayBody(200, writeHeaders(errorType), writeError(error));
  const event = `data: ${JSON.stringify({ error: { ...error, param: null, code: null } })}\n\n`;
  return [headOf(turn), ...sayUnits(firstUnits(turn, count)), body(event), end];
}
