import { firstProblem } from '../first-problem.ts';
import { isRecord, type JsonRecord } from '../json-value.ts';
import { readModelName } from '../model-name.ts';
import { parseJson } from '../parse-json.ts';
import type { AnswerFormat, Message, Prompt, Tool, ToolChoice } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import { countWords } from '../words.ts';
import { invalid } from './errors.ts';
import { historyProblems } from './history.ts';
import { type Maker, readModelId } from './makers.ts';
import { isThinking, modelProblems } from './model-fields.ts';
import { countCachePoints, parameterProblems } from './parameters.ts';
import { listOf, recordOf } from './read.ts';
import { toolProblems } from './tools.ts';

export type ConversePrompt = Prompt & {
  readonly maker: Maker;
  /** Thoughts come as data that nobody can read: for a caller whose last text has the word "redacted". */
  readonly redacts: boolean;
  /** It asks which sequence stopped the model. */
  readonly asksStop: boolean;
};

export type ConverseAsk = { readonly model: string; readonly isStream: boolean };

// As in all dialects here: so many for the framing of a message, so many for a picture. Nothing is looked at.
const tokensPerMessage = 3;
const tokensPerPicture = 258;

/** Reads a body as Converse would: model and stream stand in the address, and what it does not know it refuses. */
export function readRequest(bytes: Buffer, ask: ConverseAsk): ConversePrompt | Refusal {
  const body = parseJson(bytes.toString('utf8'));
  if (!isRecord(body)) return invalid('The request body is not valid JSON.');
  const { model, maker } = readModelId(ask.model);
  const problem =
    firstProblem(parameterProblems(body)) ??
    firstProblem(toolProblems(body, maker)) ??
    firstProblem(modelProblems(body, maker, model)) ??
    firstProblem(historyProblems(body, { maker, thinks: isThinking(body) && isThinker(model) }));
  if (problem !== undefined) return invalid(problem);
  const inference = recordOf(body.inferenceConfig);
  const own = recordOf(body.additionalModelRequestFields);
  const turns = listOf(body.messages).filter(isRecord);
  const messages = [...readSystem(body.system), ...turns.flatMap(readTurn)];
  const question = messages.findLast(({ role }) => role === 'user')?.text ?? '';
  return {
    model,
    maker,
    messages,
    stream: ask.isStream,
    includeUsage: true,
    tokensMax: typeof inference.maxTokens === 'number' ? inference.maxTokens : undefined,
    stop: listOf(inference.stopSequences).map(String),
    choices: 1,
    ...readTools(body),
    parallelCalls: recordOf(own.tool_choice).disable_parallel_tool_use !== true,
    format: readFormat(own),
    reasons: recordOf(own.thinking).type !== 'disabled',
    caches: countCachePoints(body) > 0,
    redacts: maker.signsThought && /\bredacted\b/i.test(question),
    asksStop: listOf(body.additionalModelResponseFieldPaths).some((path) => String(path).endsWith('/stop_sequence')),
  };
}

/** Models that always think when they may: what they said without a thought, they did not say. */
function isThinker(model: string): boolean {
  const kind = readModelName(model)?.kind;
  return kind === 'think' || kind === 'think-tool';
}

function readSystem(system: unknown): Message[] {
  const blocks = listOf(system).filter(isRecord);
  return blocks.length === 0 ? [] : [toMessage('system', blocks)];
}

/** The results of tools become messages of their own, the last of the turn, so that a model answers them. */
function readTurn(turn: JsonRecord): Message[] {
  const blocks = listOf(turn.content).filter(isRecord);
  const results = blocks.filter(({ toolResult }) => isRecord(toolResult));
  const others = blocks.filter(({ toolResult }) => !isRecord(toolResult));
  const isSaid = others.some((block) => block.cachePoint === undefined);
  return [
    ...(isSaid ? [toMessage(String(turn.role), others)] : []),
    ...results.map(({ toolResult }) => toMessage('tool', listOf(recordOf(toolResult).content).filter(isRecord))),
  ];
}

function toMessage(role: string, blocks: readonly JsonRecord[]): Message {
  const text = blocks
    .flatMap(({ text, json }) => (typeof text === 'string' ? [text] : json === undefined ? [] : [JSON.stringify(json)]))
    .join('\n');
  const more = blocks.reduce((sum, block) => sum + countBlock(block), 0);
  return { role, text, tokens: countWords(text) + more + tokensPerMessage };
}

/** Words of what is no text. Thoughts cost nothing when they come back. */
function countBlock(block: JsonRecord): number {
  if (block.image !== undefined || block.video !== undefined) return tokensPerPicture;
  if (block.document !== undefined) return countWords(JSON.stringify(block.document));
  return block.toolUse === undefined ? 0 : countWords(JSON.stringify(block.toolUse));
}

function readTools({ toolConfig }: JsonRecord): { readonly tools: readonly Tool[]; readonly toolChoice: ToolChoice } {
  const { tools, toolChoice } = recordOf(toolConfig);
  const specs = listOf(tools).flatMap((tool) => (isRecord(tool) && isRecord(tool.toolSpec) ? [tool.toolSpec] : []));
  return {
    tools: specs.map(({ name, inputSchema }) => ({ name: String(name), parameters: recordOf(inputSchema).json })),
    toolChoice: readToolChoice(recordOf(toolChoice)),
  };
}

function readToolChoice(choice: JsonRecord): ToolChoice {
  if (isRecord(choice.any)) return { kind: 'required' };
  return isRecord(choice.tool) ? { kind: 'named', name: String(choice.tool.name) } : { kind: 'auto' };
}

function readFormat({ output_config: config }: JsonRecord): AnswerFormat {
  const { format } = recordOf(config);
  return isRecord(format) ? { kind: 'schema', schema: format.schema } : { kind: 'text' };
}
