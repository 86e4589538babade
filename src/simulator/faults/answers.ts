import { sayWords } from '../script.ts';
import { end, type Step } from '../step.ts';
import {
  answerWith,
  type FaultCall,
  type FaultMode,
  headOf,
  type Spoken,
  sayAll,
  sayUnits,
  toUnit,
  unitsOf,
} from './fault-mode.ts';

// Whole and well formed, but not an answer.
export const answerFaults: readonly FaultMode[] = [
  { mode: 'empty-choices', what: 'Answers with an empty list of choices.', play: playEmptyChoices },
  {
    mode: 'blank-finish',
    what: 'Says nothing, gives no finish reason, and is done.',
    play: (call) => sayAll(withoutBill(answerWith(call, [sayWords([], null)]))),
  },
  { mode: 'filtered', what: 'Says ten words, then finishes with content_filter.', play: playFiltered },
  {
    mode: 'refused-first',
    what: 'Finishes with content_filter before the first word.',
    play: (call) => sayAll(answerWith(call, [sayWords([], 'content_filter')])),
  },
];

function playEmptyChoices(call: FaultCall): Step[] {
  const silent = answerWith(call, []);
  if (!call.turn.prompt.stream) return sayAll(silent);
  // The opening, if there is one, three events that say nothing, and the end.
  const units = unitsOf(silent);
  const opening = units.filter(({ kind }) => kind === 'open');
  const blank = toUnit(call, call.dialect.blankEvent(call.turn));
  const ending = units.slice(opening.length);
  return [headOf(call), ...sayUnits([...opening, blank, blank, blank, ...ending]), end];
}

function playFiltered(call: FaultCall): Step[] {
  const words = call.turn.replies[0]?.text.slice(0, 10) ?? [];
  return sayAll(answerWith(call, [sayWords(words, 'content_filter')]));
}

function withoutBill({ dialect, turn }: Spoken): Spoken {
  return { dialect, turn: { ...turn, bill: undefined } };
}
