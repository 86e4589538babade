import { isRecord, type JsonRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import { parseJson } from '../parse-json.ts';
import type { AnswerFormat, Message, Prompt } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import { findWrongHistory, isRecords, resolveReferences } from './history.ts';
import { findWrongItem } from './items.ts';
import { readMessages } from './messages.ts';
import { findWrongParameter } from './parameters.ts';
import { unknownPrevious, unknownReference, wrongType } from './refusals.ts';
import type { Store } from './store.ts';
import { type Callable, offerTools, readToolChoice, readTools, splitFreeText } from './tools.ts';

export type ResponsesPrompt = Prompt & {
  /** The request's fields, which the answer repeats. */
  readonly asked: JsonRecord;
  readonly toolsShown: readonly JsonRecord[];
  readonly callable: readonly Callable[];
  /** What a custom tool is given. */
  readonly freePieces: readonly string[];
  readonly stores: boolean;
  readonly inBackground: boolean;
  readonly showsSummary: boolean;
  readonly showsSealed: boolean;
  readonly obfuscates: boolean;
  /** The conversation before the answer, what was stored included. */
  readonly history: readonly JsonRecord[];
};

type Past = Pick<Store, 'find' | 'findItem'>;

/** Reads a body as OpenAI would: what it does not know it refuses. */
export function readRequest(bytes: Buffer, past: Past): ResponsesPrompt | Refusal {
  const asked = parseJson(bytes.toString('utf8'));
  if (!isRecord(asked)) {
    return invalidRequest(
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)",
    );
  }
  const wrong = findWrongParameter(asked);
  if (wrong !== undefined) return wrong;
  const tools = readTools(asked.tools);
  if ('status' in tools) return tools;
  const toolChoice = readToolChoice(asked.tool_choice, tools);
  if ('status' in toolChoice) return toolChoice;
  const history = readHistory(asked, past);
  if ('status' in history) return history;
  const messages = readMessages(asked.instructions, history);
  const freePieces = splitFreeText(findQuestion(messages));
  return {
    model: String(asked.model),
    messages,
    stream: asked.stream === true,
    includeUsage: true,
    tokensMax: typeof asked.max_output_tokens === 'number' ? asked.max_output_tokens : undefined,
    stop: [],
    choices: 1,
    tools: offerTools(tools.callable, asked.tool_choice, freePieces),
    toolChoice,
    parallelCalls: asked.parallel_tool_calls !== false,
    format: readFormat(asked.text),
    caches: true,
    reasons: !isRecord(asked.reasoning) || asked.reasoning.effort !== 'none',
    toolsShown: tools.echo,
    callable: tools.callable,
    freePieces,
    ...readWishes(asked),
    history,
  };
}

function readWishes(asked: JsonRecord) {
  const { reasoning, include, stream_options: streamOptions } = asked;
  const summary = isRecord(reasoning) ? (reasoning.summary ?? reasoning.generate_summary) : undefined;
  return {
    asked,
    stores: asked.store !== false,
    inBackground: asked.background === true,
    showsSummary: typeof summary === 'string',
    showsSealed: Array.isArray(include) && include.includes('reasoning.encrypted_content'),
    obfuscates: !isRecord(streamOptions) || streamOptions.include_obfuscation !== false,
  };
}

function readHistory(asked: JsonRecord, past: Past): readonly JsonRecord[] | Refusal {
  const { conversation, prompt, previous_response_id: previousId } = asked;
  // Both are kept at OpenAI by other means than an answer, and nothing here makes them.
  if (conversation) return unknownReference('Conversation', isRecord(conversation) ? conversation.id : conversation);
  if (isRecord(prompt)) return unknownReference('Prompt', prompt.id);
  const previous = typeof previousId === 'string' ? past.find(previousId) : undefined;
  if (typeof previousId === 'string' && previous === undefined) return unknownPrevious(previousId);
  const said = readInput(asked.input, previous !== undefined);
  if ('status' in said) return said;
  const resolved = resolveReferences(said, past.findItem);
  if ('status' in resolved) return resolved;
  const earlier = previous === undefined ? [] : [...previous.input, ...previous.output];
  return findWrongHistory({ earlier, said: resolved, findItem: past.findItem }) ?? [...earlier, ...resolved];
}

function readInput(input: unknown, mayBeEmpty: boolean): readonly JsonRecord[] | Refusal {
  if (typeof input === 'string') return [{ type: 'message', role: 'user', content: input }];
  const isEmpty = input === undefined || input === null || (Array.isArray(input) && input.length === 0);
  if (isEmpty) {
    if (mayBeEmpty) return [];
    const message = 'One of "input" or "previous_response_id" or \'prompt\' or \'conversation_id\' must be provided.';
    return invalidRequest(message, 'input', 'missing_required_parameter');
  }
  if (!Array.isArray(input)) return wrongType('input', 'one of an array of objects or string', input);
  for (const [index, item] of input.entries()) {
    const wrong = findWrongItem(item, `input[${index}]`);
    if (wrong !== undefined) return wrong;
  }
  return isRecords(input) ? input : [];
}

function findQuestion(messages: readonly Message[]): string {
  return messages.findLast((message) => message.role === 'user')?.text ?? '';
}

function readFormat(text: unknown): AnswerFormat {
  const format = isRecord(text) ? text.format : undefined;
  if (!isRecord(format)) return { kind: 'text' };
  if (format.type === 'json_object') return { kind: 'object' };
  return format.type === 'json_schema' ? { kind: 'schema', schema: format.schema } : { kind: 'text' };
}
