import { firstProblem } from '../first-problem.ts';
import { isRecord, type JsonRecord } from '../json-value.ts';
import { readModelName } from '../model-name.ts';
import { parseJson } from '../parse-json.ts';
import type { AnswerFormat, Message, Prompt, Tool, ToolChoice } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import { countWords } from '../words.ts';
import { invalidRequest } from './errors.ts';
import { historyProblems, partsOf } from './history.ts';
import { countCacheMarks, parameterProblems } from './parameters.ts';

export type MessagesPrompt = Prompt & {
  /** Thoughts are signed and paid for, but not shown. */
  readonly hidesThought: boolean;
  /** Thoughts come as data that nobody can read: for a caller whose last text has the word "redacted". */
  readonly redacts: boolean;
};

// As in all dialects here: so many for the framing of a message, so many for a picture. Nothing is looked at.
const tokensPerMessage = 3;
const tokensPerPicture = 258;

/** Reads a body as Anthropic would: what it does not know, it refuses. */
export function readRequest(bytes: Buffer, options: { readonly isCount: boolean }): MessagesPrompt | Refusal {
  const body = parseJson(bytes.toString('utf8'));
  if (!isRecord(body)) return invalidRequest('The request body is not valid JSON');
  const thinking = isRecord(body.thinking) ? body.thinking : {};
  const problem =
    firstProblem(parameterProblems(body, options)) ??
    firstProblem(historyProblems(body.messages, thinking.type === 'enabled' && isThinker(body.model)));
  if (problem !== undefined) return invalidRequest(problem);
  const turns: readonly unknown[] = Array.isArray(body.messages) ? body.messages : [];
  const messages = [...readSystem(body.system), ...turns.filter(isRecord).flatMap(readTurn)];
  const question = messages.findLast(({ role }) => role === 'user')?.text ?? '';
  return {
    model: String(body.model),
    messages,
    stream: body.stream === true,
    includeUsage: true,
    tokensMax: typeof body.max_tokens === 'number' ? body.max_tokens : undefined,
    stop: Array.isArray(body.stop_sequences) ? body.stop_sequences.map(String) : [],
    choices: 1,
    tools: readTools(body.tools),
    toolChoice: readToolChoice(body.tool_choice),
    parallelCalls: !(isRecord(body.tool_choice) && body.tool_choice.disable_parallel_tool_use === true),
    format: readFormat(body.output_config),
    reasons: thinking.type !== 'disabled',
    caches: countCacheMarks(body) > 0,
    hidesThought: thinking.display === 'omitted',
    redacts: /\bredacted\b/i.test(question),
  };
}

/** Models that always think when they may: what they said without a thought, they did not say. */
function isThinker(model: unknown): boolean {
  const kind = typeof model === 'string' ? readModelName(model)?.kind : undefined;
  return kind === 'think' || kind === 'think-tool';
}

function readSystem(system: unknown): Message[] {
  if (system === undefined) return [];
  return [
    toMessage('system', typeof system === 'string' ? [{ type: 'text', text: system }] : partsOf({ content: system })),
  ];
}

/** The results of tools become a message of their own, the last of the turn, so that a model answers them. */
function readTurn(turn: JsonRecord): Message[] {
  const role = String(turn.role);
  if (typeof turn.content === 'string') return [toMessage(role, [{ type: 'text', text: turn.content }])];
  const parts = partsOf(turn);
  const results = parts.filter((part) => part.type === 'tool_result');
  const others = parts.filter((part) => part.type !== 'tool_result');
  if (results.length === 0) return [toMessage(role, others)];
  const said = others.length === 0 ? [] : [toMessage(role, others)];
  return [...said, ...results.map((result) => toMessage('tool', readResult(result)))];
}

function readResult({ content }: JsonRecord): readonly JsonRecord[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : partsOf({ content });
}

function toMessage(role: string, parts: readonly JsonRecord[]): Message {
  const text = parts.flatMap((part) => (typeof part.text === 'string' ? [part.text] : [])).join('\n');
  const more = parts.reduce((sum, part) => sum + countPart(part), 0);
  return { role, text, tokens: countWords(text) + more + tokensPerMessage };
}

/** Words of what is no text. Thoughts cost nothing when they come back. */
function countPart(part: JsonRecord): number {
  switch (part.type) {
    case 'text':
    case 'thinking':
    case 'redacted_thinking':
      return 0;
    case 'image':
      return tokensPerPicture;
    default:
      return countWords(JSON.stringify(part));
  }
}

function readTools(tools: unknown): Tool[] {
  const list: readonly unknown[] = Array.isArray(tools) ? tools : [];
  return list.flatMap((tool) => {
    // Tools that Anthropic runs itself are never called here.
    if (!isRecord(tool) || typeof tool.name !== 'string' || !isRecord(tool.input_schema)) return [];
    return [{ name: tool.name, parameters: tool.input_schema }];
  });
}

function readToolChoice(choice: unknown): ToolChoice {
  if (!isRecord(choice)) return { kind: 'auto' };
  if (choice.type === 'none') return { kind: 'none' };
  if (choice.type === 'any') return { kind: 'required' };
  return choice.type === 'tool' ? { kind: 'named', name: String(choice.name) } : { kind: 'auto' };
}

function readFormat(config: unknown): AnswerFormat {
  if (!isRecord(config) || !isRecord(config.format)) return { kind: 'text' };
  return { kind: 'schema', schema: config.format.schema };
}
