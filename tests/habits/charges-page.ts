import { type EndReason, endReasons } from '#core/generation/end-reason.ts';
import { noUsage } from '#core/generation/usage.ts';
import { countsAsRequest, type Reached, whatIsPaid } from '#core/money/who-pays.ts';

/** docs/reference/charges.md, made by asking the table in code for every ending. */
export function renderChargesPage(): string {
  const rows = endReasons.flatMap((end) => {
    const cells = reaches.map((reached) => ({
      reached,
      pays: paysOf(end, reached),
      counts: countsAsRequest(end, reached),
    }));
    return joined(cells).map(
      ({ when, pays, counts }) => `| \`${end}\` | ${meanings[end]} | ${when} | ${pays} | ${counts ? 'yes' : 'no'} |`,
    );
  });
  return `${[...preface, ...rows, ...afterword].join('\n')}\n`;
}

const reaches: readonly Reached[] = ['nothing', 'upstream-head', 'content'];

const stages: Readonly<Record<Reached, string>> = {
  nothing: 'before an upstream answered',
  'upstream-head': 'after its headers, before content',
  content: 'after content',
};

const meanings: Readonly<Record<EndReason, string>> = {
  completed: 'the model ended by itself',
  length: 'the limit of output was reached',
  wallet_empty: 'a hold that grows with the answer could not grow',
  filtered: 'a content filter ended it',
  refused: 'the request was refused, by us or by the upstream',
  failed: 'no attempt gave an answer',
  caller_left: 'the caller closed the connection, or its own `x-timeout-ms` passed',
  timed_out: 'our deadline over all attempts passed',
  upstream_cut: 'the upstream broke off, or sent what is no answer',
  stalled: 'the upstream fell silent',
  drained: 'this Fairlead was stopped',
  crashed: 'this Fairlead, or its machine, died',
};

/** Found by asking with usage of which every part can be told from the others. */
function paysOf(end: EndReason, reached: Reached): string {
  const asked = { ...noUsage, input: 5, cachedInput: 3, output: 7 };
  const paid = (source: 'reported' | 'estimated') => {
    const { usage, isAbandoned } = whatIsPaid(end, reached, { usage: asked, source, disputed: false });
    if (isAbandoned) return 'nothing; the estimate is the operator’s loss';
    if (usage.output === asked.output) return 'input and output';
    return usage.input === asked.input ? 'input' : 'nothing';
  };
  const reported = paid('reported');
  const counted = paid('estimated');
  return reported === counted ? reported : `${reported} that the upstream reported by then, else ${counted}`;
}

type Cell = { readonly reached: Reached; readonly pays: string; readonly counts: boolean };

/** Stages that are treated alike stand in one row. */
function joined(cells: readonly Cell[]): readonly { when: string; pays: string; counts: boolean }[] {
  const [first] = cells;
  if (first && cells.every(({ pays, counts }) => pays === first.pays && counts === first.counts)) {
    return [{ when: 'whenever', pays: first.pays, counts: first.counts }];
  }
  return cells.map(({ reached, pays, counts }) => ({ when: stages[reached], pays, counts }));
}

const preface = [
  '# Charges',
  '',
  '<!-- Made from src/core/money/who-pays.ts. Do not edit: run `node tests/habits/write-charges-page.ts`. -->',
  '',
  'What a caller pays, by how its generation ended. A caller pays nothing for what others broke, and pays for what it asked for',
  'and abandoned. How each generation ended, and every cent of it, is shown by `fairlead explain GENERATION`.',
  '',
  '| end | means | when | the caller pays | counts as a request |',
  '|---|---|---|---|---|',
];

const afterword = [
  '',
  '- **Content** is the first piece of text, reasoning, refusal, tool call, image, audio or citation.',
  '- Usage is what the upstream reports, within bounds: counts that are no whole numbers, output of more than 1.15 times what',
  '  came and 64 tokens, input beyond what was sent up, or output beyond the limit are disputed, and our own count is charged.',
  '- A key that left more than 3 % of its requests of an hour before any upstream had answered pays, in the next hour, the input of',
  '  what it leaves so.',
  '- A charge is never above its hold; what lies above is the operator’s loss. It is rounded once, up, to a nano-dollar.',
  '- Failed attempts before the one that answered, probes and the losers of a hedge are the operator’s, never the caller’s.',
  '- Counts of tokens and lists of models are free.',
];
