import type { Step } from '../step.ts';
import { type Bill, billUsage } from '../usage.ts';
import { type FaultCall, type FaultMode, type Spoken, sayAll } from './fault-mode.ts';

// Honest answers with a false bill. A stream carries it whether it was asked for or not.
export const usageFaults: readonly FaultMode[] = [
  { mode: 'no-usage', what: 'Reports no usage though asked for.', play: (call) => sayAll(billed(call, undefined)) },
  {
    mode: 'usage-negative',
    what: 'Reports usage below zero.',
    play: (call) => playScaled(call, (count) => -1 - count),
  },
  { mode: 'usage-huge', what: 'Reports 10^18 tokens.', play: (call) => playScaled(call, () => '1000000000000000000') },
  { mode: 'usage-nan', what: 'Reports usage as the text "NaN".', play: (call) => playScaled(call, () => '"NaN"') },
  { mode: 'usage-lies', what: 'Reports a hundred times the output that it sent.', play: playLies },
  {
    mode: 'usage-twice',
    what: 'Reports its usage twice, in a JSON body as two fields of one name.',
    play: (call) => sayAll(billed(call, { ...honestBill(call), isTwice: true })),
  },
  {
    mode: 'usage-with-choices',
    what: 'Reports usage where only some do: with the finish (OpenRouter, Mistral) or half of it at the start.',
    play: (call) => sayAll(billed(call, { ...honestBill(call), isElsewhere: true })),
  },
];

function playScaled(call: FaultCall, scale: (count: number) => number | string): Step[] {
  const { input, output } = call.turn.usage;
  const counts = {
    input: String(scale(input)),
    output: String(scale(output)),
    total: String(scale(input + output)),
  };
  return sayAll(billed(call, { ...honestBill(call), ...counts, details: undefined }));
}

function playLies(call: FaultCall): Step[] {
  const { usage } = call.turn;
  return sayAll(billed(call, billUsage({ ...usage, output: usage.output * 100 })));
}

function honestBill({ turn }: Spoken): Bill {
  return billUsage(turn.usage);
}

function billed({ dialect, turn }: Spoken, bill: Bill | undefined): Spoken {
  return { dialect, turn: { ...turn, prompt: { ...turn.prompt, includeUsage: true }, bill } };
}
