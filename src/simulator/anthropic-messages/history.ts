import { isRecord, type JsonRecord } from '../json-value.ts';
import { blankText, blockProblems, isBlank } from './history-blocks.ts';

/** What Anthropic says of the whole conversation, if anything. `thinks`: thinking is on, by a budget. */
export function* historyProblems(value: unknown, thinks: boolean): Generator<string> {
  if (value === undefined) return yield 'messages: Field required';
  if (!Array.isArray(value)) return yield 'messages: Input should be a valid list';
  if (value.length === 0) return yield 'messages: at least one message is required';
  for (const [index, message] of value.entries()) {
    yield* messageProblems(message, index === value.length - 1, `messages.${index}`);
  }
  const messages = value.filter(isRecord);
  if (messages[0]?.role !== 'user') return yield 'messages: first message must use the "user" role';
  yield* linkProblems(messages);
  yield* prefillProblems(messages.at(-1));
  if (thinks) yield* openTurnProblems(messages);
}

/** A turn that is still busy with its tools began with a thought, and must bring it back. */
function* openTurnProblems(messages: readonly JsonRecord[]): Generator<string> {
  const isResult = (message: JsonRecord) => blocksOf(message, 'tool_result').length > 0;
  const last = messages.at(-1);
  if (last === undefined || !isResult(last)) return;
  const question = messages.findLastIndex((message) => message.role === 'user' && !isResult(message));
  const began = messages.findIndex(({ role }, index) => index > question && role === 'assistant');
  const kind = partsOf(messages[began])[0]?.type;
  if (kind === 'thinking' || kind === 'redacted_thinking') return;
  yield `messages.${began}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${kind}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable \`thinking\`. Please consult our documentation at https://docs.claude.com/en/docs/build-with-claude/extended-thinking`;
}

function* messageProblems(message: unknown, isLast: boolean, path: string): Generator<string> {
  if (!isRecord(message)) return yield `${path}: Input should be a valid dictionary`;
  const { role, content } = message;
  // `system` in the middle is for newer models alone; this one takes it.
  if (role !== 'user' && role !== 'assistant' && role !== 'system') {
    return yield `${path}.role: Input should be 'user' or 'assistant'`;
  }
  const unknown = Object.keys(message).find((name) => name !== 'role' && name !== 'content');
  if (unknown !== undefined) return yield `${path}.${unknown}: Extra inputs are not permitted`;
  if (typeof content !== 'string' && !Array.isArray(content)) {
    return yield content === undefined
      ? `${path}.content: Field required`
      : `${path}.content: Input should be a valid list`;
  }
  if (content.length === 0 && !(isLast && role === 'assistant')) {
    return yield `${path}: all messages must have non-empty content except for the optional final assistant message`;
  }
  if (typeof content === 'string') {
    if (content !== '' && isBlank(content)) yield blankText;
    return;
  }
  for (const [index, block] of content.entries()) {
    yield* blockProblems(block, { path: `${path}.content.${index}`, role });
  }
}

/** Every call has its result at the beginning of the next message, and no result is without its call. */
function* linkProblems(messages: readonly JsonRecord[]): Generator<string> {
  const seen = new Set<unknown>();
  for (const [index, message] of messages.entries()) {
    const called = blocksOf(message, 'tool_use').map((block) => block.id);
    for (const id of called) {
      if (seen.has(id)) return yield 'messages: `tool_use` ids must be unique';
      seen.add(id);
    }
    const answered = leadingResults(messages[index + 1]);
    const unanswered = called.filter((id) => !answered.includes(id));
    if (unanswered.length > 0) {
      return yield `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${unanswered.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    }
    yield* resultProblems(message, messages[index - 1], `messages.${index}`);
  }
}

function* resultProblems(message: JsonRecord, before: JsonRecord | undefined, path: string): Generator<string> {
  const called = blocksOf(before, 'tool_use').map((block) => block.id);
  const answered = new Set<unknown>();
  for (const [index, block] of partsOf(message).entries()) {
    if (block.type !== 'tool_result') continue;
    const id = block.tool_use_id;
    if (!called.includes(id)) {
      return yield `${path}.content.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    if (answered.has(id)) {
      return yield `${path}.content.${index}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`;
    }
    answered.add(id);
  }
}

function* prefillProblems(last: JsonRecord | undefined): Generator<string> {
  if (last?.role !== 'assistant') return;
  const block = partsOf(last).at(-1);
  const text = typeof last.content === 'string' ? last.content : block?.type === 'text' ? String(block.text) : '';
  if (text !== text.trimEnd()) yield 'messages: final assistant content cannot end with trailing whitespace';
}

export function partsOf(message: JsonRecord | undefined): readonly JsonRecord[] {
  return Array.isArray(message?.content) ? message.content.filter(isRecord) : [];
}

function blocksOf(message: JsonRecord | undefined, type: string): readonly JsonRecord[] {
  return partsOf(message).filter((block) => block.type === type);
}

/** The results before anything else: what comes after a text is no answer to a call. */
function leadingResults(message: JsonRecord | undefined): readonly unknown[] {
  const parts = partsOf(message);
  const end = parts.findIndex((block) => block.type !== 'tool_result');
  return parts.slice(0, end < 0 ? parts.length : end).map((block) => block.tool_use_id);
}
