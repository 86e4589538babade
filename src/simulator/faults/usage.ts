import { writeChunk, writeEvent, writeStream, writeUsageEvent } from '../openai-chat/stream.ts';
import type { Turn } from '../openai-chat/turn.ts';
import { type Usage, writeUsage } from '../openai-chat/usage.ts';
import { body, end, type Step } from '../step.ts';
import { type FaultCall, type FaultMode, headOf, sayAll } from './fault-mode.ts';

// Honest answers with a false bill. A stream carries it whether it was asked for or not.
export const usageFaults: readonly FaultMode[] = [
  { mode: 'no-usage', what: 'Reports no usage though asked for.', play: ({ turn }) => sayAll(billed(turn, undefined)) },
  {
    mode: 'usage-negative',
    what: 'Reports usage below zero.',
    play: (call) => playScaled(call, (count) => -1 - count),
  },
  { mode: 'usage-huge', what: 'Reports 10^18 tokens.', play: (call) => playScaled(call, () => '1000000000000000000') },
  { mode: 'usage-nan', what: 'Reports usage as the text "NaN".', play: (call) => playScaled(call, () => '"NaN"') },
  { mode: 'usage-lies', what: 'Reports a hundred times the output that it sent.', play: playLies },
  { mode: 'usage-twice', what: 'Reports its usage twice.', play: playTwice },
  {
    mode: 'usage-with-choices',
    what: 'Reports usage on the finish chunk, as OpenRouter and Mistral do.',
    play: playWithChoices,
  },
];

function playScaled({ turn }: FaultCall, scale: (count: number) => number | string): Step[] {
  const { input, output } = turn.usage;
  const text = `{"prompt_tokens":${scale(input)},"completion_tokens":${scale(output)},"total_tokens":${scale(input + output)}}`;
  return sayAll(billed(turn, text));
}

function playLies({ turn }: FaultCall): Step[] {
  const lie: Usage = { ...turn.usage, output: turn.usage.output * 100 };
  return sayAll(billed(turn, writeUsage(lie)));
}

function playTwice({ turn }: FaultCall): Step[] {
  const text = writeUsage(turn.usage);
  // In a JSON body the field itself comes twice.
  if (!turn.prompt.stream) return sayAll(billed(turn, `${text},"usage":${text}`));
  const asked = billed(turn, text);
  const events = Array.from(writeStream(asked), writeEvent);
  const last = events.pop() ?? '';
  return withTokens(asked, [...events, writeEvent(writeUsageEvent(asked, text)), last]);
}

function playWithChoices({ turn }: FaultCall): Step[] {
  if (!turn.prompt.stream) return sayAll(turn);
  const text = writeUsage(turn.usage);
  const finish = JSON.stringify(turn.replies[0]?.finish ?? null);
  const events = Array.from(writeStream(billed(turn, undefined)));
  const moved = events.map((event) => {
    if (event.kind !== 'finish') return event;
    return { ...event, data: writeChunk(turn, 0, '{"content":""}', finish, `,"usage":${text}`) };
  });
  return [headOf(turn), ...moved.map((event) => body(writeEvent(event), event.tokens)), end];
}

function withTokens(turn: Turn, texts: readonly string[]): Step[] {
  const tokens = Array.from(writeStream(turn), (event) => event.tokens);
  return [headOf(turn), ...texts.map((text, index) => body(text, tokens[index] ?? 0)), end];
}

function billed(turn: Turn, usageText: string | undefined): Turn {
  return { ...turn, prompt: { ...turn.prompt, includeUsage: true }, usageText };
}
