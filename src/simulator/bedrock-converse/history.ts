import { isRecord, type JsonRecord } from '../json-value.ts';
import { blockProblems } from './history-blocks.ts';
import type { Maker } from './makers.ts';
import { said } from './model-fields.ts';
import { strangers } from './parameters.ts';
import { listOf, recordOf } from './read.ts';

/** `thinks`: thinking is on, by a budget, and the model makes use of it. */
type Asked = { readonly maker: Maker; readonly thinks: boolean };

/** What Converse says of the whole conversation, if anything. */
export function* historyProblems(body: JsonRecord, { maker, thinks }: Asked): Generator<string> {
  const { messages } = body;
  if (!Array.isArray(messages) || messages.length === 0) {
    return yield 'A conversation must start with a user message. Try again with a conversation that starts with a user message.';
  }
  for (const [index, message] of messages.entries()) yield* messageProblems(message, `messages.${index}`, maker);
  const turns = messages.filter(isRecord);
  if (turns[0]?.role !== 'user') {
    return yield 'A conversation must start with a user message. Try again with a conversation that starts with a user message.';
  }
  if (turns.some(({ role }, index) => index > 0 && role === turns[index - 1]?.role)) {
    return yield 'A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.';
  }
  const hasTools = turns.some((turn) => blocksOf(turn, 'toolUse').length + blocksOf(turn, 'toolResult').length > 0);
  if (hasTools && body.toolConfig === undefined) {
    return yield 'The toolConfig field must be defined when using toolUse and toolResult content blocks.';
  }
  yield* linkProblems(turns);
  if (turns.at(-1)?.role === 'assistant' && maker.name !== 'anthropic') {
    yield 'This model does not support assistant message prefill. The conversation must end with a user message.';
  }
  if (thinks && maker.signsThought) yield* openTurnProblems(turns);
}

function* messageProblems(message: unknown, path: string, maker: Maker): Generator<string> {
  if (!isRecord(message)) return yield `The value at ${path} must be an object.`;
  const { role, content } = message;
  yield* strangers(message, new Set(['role', 'content']), `/${path.replace('.', '/')}`);
  if (role !== 'user' && role !== 'assistant') {
    return yield `1 validation error detected: Value '${role}' at '${path}.role' failed to satisfy constraint: Member must satisfy enum value set: [user, assistant]`;
  }
  if (!Array.isArray(content) || content.length === 0) {
    return yield `The content field in the Message object at ${path} is empty. Add a ContentBlock object to the content field and try again.`;
  }
  for (const [index, block] of content.entries()) {
    yield* blockProblems(block, { path: `${path}.content.${index}`, role, maker });
  }
  const documents = content.filter((block) => isRecord(block) && block.document !== undefined);
  if (documents.length > 0 && !content.some((block) => isRecord(block) && typeof block.text === 'string')) {
    yield `A text block must be included in the content at ${path} when a document block is there.`;
  }
}

/** Every call has its result in the next message, and no result is without its call. */
function* linkProblems(turns: readonly JsonRecord[]): Generator<string> {
  const seen = new Set<unknown>();
  for (const [index, turn] of turns.entries()) {
    const called = idsOf(turn, 'toolUse');
    for (const id of called) {
      if (seen.has(id)) return yield said('messages: `tool_use` ids must be unique');
      seen.add(id);
    }
    const answered = idsOf(turns[index + 1], 'toolResult');
    const missing = called.filter((id) => !answered.includes(id));
    if (missing.length > 0) {
      return yield `Expected toolResult blocks at messages.${index + 1}.content for the following Ids: ${missing.join(', ')}`;
    }
    const results = idsOf(turn, 'toolResult');
    const asked = idsOf(turns[index - 1], 'toolUse');
    if (results.length > asked.length) {
      return yield `The number of toolResult blocks at messages.${index}.content exceeds the number of toolUse blocks of previous turn.`;
    }
    if (results.some((id) => !asked.includes(id))) {
      return yield `The toolResult blocks at messages.${index}.content contain a toolUseId that is not in the previous turn.`;
    }
  }
}

/** A turn that is still busy with its tools began with a thought, and must bring it back. */
function* openTurnProblems(turns: readonly JsonRecord[]): Generator<string> {
  const isResult = (turn: JsonRecord) => blocksOf(turn, 'toolResult').length > 0;
  const last = turns.at(-1);
  if (last === undefined || !isResult(last)) return;
  const question = turns.findLastIndex((turn) => turn.role === 'user' && !isResult(turn));
  const began = turns.findIndex(({ role }, index) => index > question && role === 'assistant');
  const [first] = listOf(turns[began]?.content);
  if (recordOf(first).reasoningContent !== undefined) return;
  yield said(
    `messages.${began}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`tool_use\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
  );
}

function blocksOf(turn: JsonRecord | undefined, name: string): readonly JsonRecord[] {
  return listOf(turn?.content).flatMap((block) => {
    const found = recordOf(block)[name];
    return isRecord(found) ? [found] : [];
  });
}

function idsOf(turn: JsonRecord | undefined, name: string): readonly unknown[] {
  return blocksOf(turn, name).map(({ toolUseId }) => toolUseId);
}
