import { isDeepStrictEqual } from 'node:util';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { Dialect, Item, ReasoningSummary, RequestSummary, State } from '../oracle/summary.ts';
import {
  hasMadeIds,
  hoistMedia,
  inChatOrder,
  mergeTexts,
  numberIds,
  openSchema,
  plainDetail,
  plainSchema,
  withFreeText,
  withPlainInput,
} from './canonical.ts';
import { type Difference, firstDifference } from './difference.ts';
import { excuse } from './excuses.ts';

/** What an encoder writes where a dialect demands a user's turn and there is none. */
const filler = '(no message)';

/** Tells whose media follow, where they cannot stand in the tool's result itself. */
const mediaLabel = /^What the tool gave for call [^\n]*:$/;

export type RequestPair = {
  readonly source: RequestSummary;
  readonly target: RequestSummary;
  readonly from: Dialect;
  readonly to: Dialect;
  /** Another dialect that it went through on its way. */
  readonly via?: Dialect | undefined;
  readonly dropped: Iterable<DroppableField>;
  /** The limit that the upstream was to be given, and its name for the model. */
  readonly limit: number;
  readonly model: string;
  /** Others who speak its dialects do not store. */
  readonly isOpenAi?: boolean;
};

const asksToStore: ReadonlySet<Dialect> = new Set(['openai-chat', 'openai-responses']);

/** Whether a translated request says what the caller said, but for the losses that were named. */
export function compareRequests(pair: RequestPair): Difference | undefined {
  const [expected, found] = [structuredClone(pair.source), structuredClone(pair.target)];
  const dropped = [...pair.dropped];
  for (const summary of [expected, found]) {
    excuse(
      summary,
      dropped.filter((word) => word !== 'reasoning_state'),
    );
  }
  // The newest of Claude's models do not go on from words that are put into their mouth; others take them as a turn.
  if (dropped.includes('assistant_prefill') && !isDeepStrictEqual(expected.items.at(-1), found.items.at(-1))) {
    expected.items = expected.items.slice(0, -1);
  }
  // Some may be lost; none may be changed.
  const isKept = ({ value }: State) => found.states.some((state) => state.value === value);
  if (dropped.includes('reasoning_state')) expected.states = expected.states.filter(isKept);
  expected.model = pair.model;
  // Nothing is stored at an upstream unless the caller asks for it, and every token is counted.
  expected.store = asksToStore.has(pair.to) && pair.isOpenAi !== false ? (pair.source.store ?? false) : undefined;
  expected.tellsUsage = true;
  expected.limit = pair.limit;
  if (pair.to === 'openai-responses') expected.limit = Math.max(16, pair.limit);
  const user = expected.settings.user;
  if (typeof user === 'string') expected.settings.user = pseudonymOf(user);
  for (const name of ['temperature', 'topP']) {
    // Anthropic's defaults, which it refuses beside other settings: saying them says nothing.
    const isDefault = dialectsOf(pair).has('anthropic-messages') && expected.settings[name] === 1;
    if (isDefault && found.settings[name] === undefined) delete expected.settings[name];
  }
  alignSystem(expected, found);
  alignReasoning(expected, found, dialectsOf(pair));
  alignItems(expected, pair);
  alignItems(found, pair);
  alignMedia(expected, found);
  const isGemini = dialectsOf(pair).has('gemini-generate');
  if (hasMadeIds(expected.items) || (isGemini && hasMadeIds(found.items))) {
    for (const summary of [expected, found]) summary.items = numberIds(summary.items);
  }
  alignTools(expected, found, pair);
  return firstDifference(expected, found);
}

/** The same again for what is a pseudonym already, so that there and back can be compared. */
export function pseudonymOf(user: string): string {
  return user.startsWith('someone-') ? user : `someone-${user.length}`;
}

/** Where there is nothing but a system message, a dialect that needs a user's turn makes that of it. */
function alignSystem(expected: RequestSummary, found: RequestSummary): void {
  if (expected.items.length > 0 || found.system.length > 0) return;
  const texts = found.items.flatMap((item) => (item.kind === 'text' && item.role === 'user' ? [item.text] : []));
  found.system = texts.filter((each) => each !== filler);
  found.items = found.items.filter(({ kind }) => kind !== 'text');
}

function dialectsOf({ from, to, via }: RequestPair): Set<Dialect> {
  return new Set(via === undefined ? [from, to] : [from, to, via]);
}

function alignItems(summary: RequestSummary, pair: RequestPair): void {
  const dialects = dialectsOf(pair);
  let items = hoistMedia(summary.items.map(withReminder)).filter((item) => !isFiller(item, dialects));
  if (dialects.has('openai-chat')) items = inChatOrder(items);
  items = mergeTexts(items).map(plainDetail);
  summary.items = items.map(withPlainInput);
}

/** A late system message, as a dialect without one says it. */
function withReminder(item: Item): Item {
  if (item.kind !== 'text' || item.role !== 'system') return item;
  return { ...item, role: 'user', text: `<system-reminder>\n${item.text}\n</system-reminder>` };
}

/** Stands where a dialect demands a user's turn and there is none; Anthropic takes no text of white space alone. */
function isFiller(item: RequestSummary['items'][number], dialects: ReadonlySet<Dialect>): boolean {
  if (item.kind !== 'text' || dialects.size === 1) return false;
  return (
    item.text === filler ||
    mediaLabel.test(item.text) ||
    (dialects.has('anthropic-messages') && item.text.trim() === '')
  );
}

/** A URL does not say what it holds, and not every dialect does: what one side does not say is not compared. */
function alignMedia(expected: RequestSummary, found: RequestSummary): void {
  for (const [place, item] of expected.items.entries()) {
    const twin = found.items[place];
    if (item.kind !== 'media' || twin?.kind !== 'media') continue;
    if (item.mediaType !== undefined && twin.mediaType !== undefined) continue;
    const isUrl = item.source.includes('://');
    const unsaid = { mediaType: undefined, ...(isUrl ? { medium: 'any' } : {}) };
    expected.items[place] = { ...item, ...unsaid };
    found.items[place] = { ...twin, ...unsaid };
  }
}

function alignTools(expected: RequestSummary, found: RequestSummary, pair: RequestPair): void {
  const closes = dialectsOf(pair).has('anthropic-messages') || dialectsOf(pair).has('gemini-generate');
  const isNarrowed = expected.toolChoice?.kind !== found.toolChoice?.kind;
  for (const summary of [expected, found]) {
    summary.tools = summary.tools.map((tool) => ({
      ...tool,
      description: tool.description === '' ? undefined : tool.description,
      parameters: plainSchema(tool.parameters),
    }));
    if (summary.tools.length === 0 && summary.hosted.length === 0) {
      summary.toolChoice = undefined;
      summary.parallel = undefined;
    }
    const { format } = summary;
    if (isNarrowed) narrowTools(summary);
    if (dialectsOf(pair).has('openai-responses')) openTools(summary);
    if (format && closes) summary.format = { ...format, schema: openSchema(format.schema) };
  }
  for (const [place, tool] of expected.tools.entries()) {
    const twin = found.tools[place];
    if (twin === undefined || twin.kind === tool.kind) continue;
    expected.tools[place] = withFreeText(tool);
    found.tools[place] = withFreeText(twin);
  }
  if (pair.from === 'openai-responses') {
    // What says nothing is strict there; an encoder may say so, or leave it to its own upstream.
    for (const [place, tool] of expected.tools.entries()) tool.strict ??= found.tools[place]?.strict;
  }
  if (expected.format && found.format) {
    // Anthropic and Gemini hold to every schema strictly and know no names for them.
    if (closes) expected.format.strict = found.format.strict;
    if (closes || expected.format.name === undefined) expected.format.name = found.format.name;
  }
}

/** To allow some of the tools is to send no others: dialects without the one say it by the other. */
function narrowTools(summary: RequestSummary): void {
  const choice = summary.toolChoice;
  if (choice?.kind !== 'allowed' && choice?.kind !== 'allowed-required') return;
  summary.tools = summary.tools.filter(({ name }) => choice.names.includes(name));
  if (choice.kind === 'allowed') summary.toolChoice = undefined;
  else if (choice.names.length === 1) summary.toolChoice = { kind: 'tool', names: choice.names };
  else summary.toolChoice = { kind: 'required', names: [] };
}

/** There a tool that says nothing of strictness is strict, and its schema is closed for it. */
function openTools(summary: RequestSummary): void {
  summary.tools = summary.tools.map((tool) => ({ ...tool, parameters: openSchema(tool.parameters) }));
}

/** Who says it in words or numbers that another of them takes as they are. */
const tellers = {
  effort: ['openai-chat', 'openai-responses'],
  budget: ['anthropic-messages'],
  isShown: ['anthropic-messages', 'gemini-generate'],
  summary: ['openai-responses'],
} as const satisfies Record<string, readonly Dialect[]>;

/** Words and budgets do not become one another exactly: only what both sides can say is compared. */
function alignReasoning(expected: RequestSummary, found: RequestSummary, dialects: ReadonlySet<Dialect>): void {
  const [wanted, given] = [expected.reasoning, found.reasoning];
  if (!wanted || !given) {
    if (saysLittle(wanted) && saysLittle(given)) {
      expected.reasoning = undefined;
      found.reasoning = undefined;
    }
    return;
  }
  if (wanted.isOn === undefined || given.isOn === undefined) wanted.isOn = given.isOn;
  for (const name of ['effort', 'budget', 'isShown', 'summary'] as const) {
    const isTold = [...dialects].every((dialect) => tellers[name].some((each) => each === dialect));
    if (isTold && wanted[name] !== undefined && given[name] !== undefined) continue;
    wanted[name] = undefined;
    given[name] = undefined;
  }
}

/** Not to think, where thinking is not on by itself, need not be said. */
function saysLittle(reasoning: ReasoningSummary | undefined): boolean {
  return reasoning === undefined || reasoning.isOn !== true;
}
