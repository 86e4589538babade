import { writeAnswer } from '../openai-chat/answer.ts';
import { jsonType, writeHeaders } from '../openai-chat/heads.ts';
import { writeEvent, writeStream } from '../openai-chat/stream.ts';
import type { Turn } from '../openai-chat/turn.ts';
import { countUsage, writeUsage } from '../openai-chat/usage.ts';
import { type Reply, sayWords } from '../script.ts';
import { body, end, type Step } from '../step.ts';
import { type FaultCall, type FaultMode, headOf, sayAll, sayBody } from './fault-mode.ts';

// Whole and well formed, but not an answer.
export const answerFaults: readonly FaultMode[] = [
  { mode: 'empty-choices', what: 'Answers with an empty list of choices.', play: playEmptyChoices },
  {
    mode: 'blank-finish',
    what: 'Says nothing, gives no finish reason, and is done.',
    play: ({ turn }) => sayAll({ ...answerWith(turn, [sayWords([], null)]), usageText: undefined }),
  },
  { mode: 'filtered', what: 'Says ten words, then finishes with content_filter.', play: playFiltered },
  {
    mode: 'refused-first',
    what: 'Finishes with content_filter before the first word.',
    play: ({ turn }) => sayAll(answerWith(turn, [sayWords([], 'content_filter')])),
  },
];

function playEmptyChoices({ turn }: FaultCall): Step[] {
  const silent = answerWith(turn, []);
  if (!turn.prompt.stream) return sayBody(200, writeHeaders(jsonType), writeAnswer(silent));
  // Three chunks that say nothing, as Azure begins its streams, then the end.
  const [, hello] = writeStream(turn);
  const chunk = JSON.parse(hello?.data ?? '{}');
  const empty = `data: ${JSON.stringify({ ...chunk, choices: [] })}\n\n`;
  const ending = Array.from(writeStream(silent), (event) => body(writeEvent(event)));
  return [headOf(turn), body(empty), body(empty), body(empty), ...ending, end];
}

function playFiltered({ turn }: FaultCall): Step[] {
  const words = turn.replies[0]?.text.slice(0, 10) ?? [];
  return sayAll(answerWith(turn, [sayWords(words, 'content_filter')]));
}

function answerWith(turn: Turn, replies: readonly Reply[]): Turn {
  const usage = countUsage(turn.usage.input, turn.usage.cached, replies);
  return { ...turn, replies, usage, usageText: writeUsage(usage) };
}
