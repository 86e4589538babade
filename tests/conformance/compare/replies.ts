import type { ChoiceSummary, Dialect, Finish, Item, ReplySummary, UsageSummary } from '../oracle/summary.ts';
import { hasMadeIds, inChatOrder, mergeTexts, numberIds, plainMedia, withPlainInput } from './canonical.ts';
import { type Difference, firstDifference } from './difference.ts';

/** Whether what a caller of the last dialect reads is what the upstream of the first one answered. */
export function compareReplies(
  source: ReplySummary,
  found: ReplySummary,
  path: readonly [Dialect, ...Dialect[]],
): Difference | undefined {
  let expected = structuredClone(source);
  for (const dialect of path.slice(1)) expected = project(expected, dialect);
  const target = project(structuredClone(found), path.at(-1) ?? path[0]);
  const all = [...expected.choices, ...target.choices];
  for (const choice of all) align(choice, path);
  const isGemini = path.includes('gemini-generate');
  if (
    expected.choices.some(({ items }) => hasMadeIds(items)) ||
    (isGemini && all.some(({ items }) => hasMadeIds(items)))
  ) {
    for (const choice of all) choice.items = numberIds(choice.items);
  }
  alignUsage(expected, target);
  // Some upstreams do not name their model; ours then has the name that was asked for.
  if (!expected.model) expected.model = target.model;
  return firstDifference(expected, target);
}

/** What a dialect can say of a reply. */
function project(summary: ReplySummary, dialect: Dialect): ReplySummary {
  const hasOneChoice = dialect === 'anthropic-messages' || dialect === 'openai-responses';
  const choices = summary.choices.filter(({ index }) => index === 0 || !hasOneChoice);
  return {
    ...summary,
    choices: choices.map((choice) => projectChoice(choice, dialect)),
    usage: summary.usage && projectUsage(summary.usage, dialect),
  };
}

function projectChoice(choice: ChoiceSummary, dialect: Dialect): ChoiceSummary {
  const hasRefusals = dialect === 'openai-chat' || dialect === 'openai-responses';
  const items = choice.items.flatMap((item): Item[] => {
    if (item.kind === 'refusal' && !hasRefusals) return [{ kind: 'text', role: 'assistant', text: item.text }];
    if (item.kind === 'text') {
      const text = item.text.replace(mediaNote, '');
      return text === '' ? [] : [{ ...item, text }];
    }
    // A hosted tool's call or result means nothing outside of its family; the text that rests on it passes.
    if (item.kind === 'foreign') return [];
    const isCarried = item.kind !== 'media' || carriedMedia[dialect].includes(item.medium);
    return isCarried ? [item] : [];
  });
  // Anthropic has no refusal beside the text: its word for it is the reason why the model stopped.
  const refuses = choice.items.some(({ kind }) => kind === 'refusal');
  const isRefusal = dialect === 'anthropic-messages' && refuses && choice.finish === 'stop';
  const hasCalls = items.some(({ kind }) => kind === 'call');
  return {
    ...choice,
    items: mergeTexts(items),
    finish: isRefusal ? 'filtered' : choice.finish && projectFinish(choice.finish, dialect, hasCalls),
    stopSequence: dialect === 'anthropic-messages' ? choice.stopSequence : undefined,
    citations: 0,
  };
}

/** What of an answer's media a dialect has a place for. */
const carriedMedia: Readonly<Record<Dialect, readonly string[]>> = {
  'openai-chat': ['image', 'audio'],
  'openai-responses': ['image'],
  'anthropic-messages': [],
  'gemini-generate': ['image', 'audio', 'video'],
};

/** Stands where a dialect cannot carry what a model drew or said. */
export const mediaNote =
  /\n*\[The model answered with [^\]]+, which this API cannot carry\.\]|!\[image\]\(data:[^)]+\)\n*/g;

/** The words that a dialect has none for come out as the word that stands in the brief of each protocol. */
function projectFinish(finish: Finish, dialect: Dialect, hasCalls: boolean): Finish {
  const natural = hasCalls ? 'tool-calls' : 'stop';
  switch (dialect) {
    case 'openai-chat':
      if (finish === 'stop-sequence') return natural;
      return finish === 'paused' || finish === 'other' ? 'length' : finish;
    case 'openai-responses':
      if (finish === 'stop-sequence' || finish === 'tool-calls') return natural;
      return finish === 'paused' || finish === 'other' ? 'length' : finish;
    case 'anthropic-messages':
      return finish === 'other' ? 'length' : finish;
    case 'gemini-generate':
      if (finish === 'stop-sequence' || finish === 'tool-calls') return natural;
      return finish === 'paused' ? 'other' : finish;
  }
}

function projectUsage(usage: UsageSummary, dialect: Dialect): UsageSummary {
  const { write5m, write1h } = usage;
  switch (dialect) {
    case 'openai-chat':
    case 'openai-responses':
      return { ...usage, write5m: write5m + write1h, write1h: 0 };
    case 'gemini-generate':
      return { ...usage, input: usage.input + write5m + write1h, write5m: 0, write1h: 0 };
    case 'anthropic-messages':
      return usage;
  }
}

function align(choice: ChoiceSummary, path: readonly Dialect[]): void {
  const isTranslated = path.length > 1;
  if (path.includes('openai-chat') && isTranslated) choice.items = inChatOrder(choice.items);
  choice.items = choice.items.map(withPlainInput);
  choice.items = plainMedia(choice.items, path[0] ?? 'openai-chat', path[1] ?? 'openai-chat');
}

/** An upstream that told no usage: the caller reads none, or zeros where its dialect must say something. */
function alignUsage(expected: ReplySummary, found: ReplySummary): void {
  const [wanted, given] = [expected.usage, found.usage];
  if (!wanted && given && Object.values(given).every((each) => each === 0 || each === undefined))
    found.usage = undefined;
  if (!wanted || !given) return;
  if (wanted.reasoning === undefined || given.reasoning === undefined) {
    const isNothing = (given.reasoning ?? 0) === 0;
    if (isNothing) {
      wanted.reasoning = undefined;
      given.reasoning = undefined;
    }
  }
}
