import { firstProblem } from '../first-problem.ts';
import { isRecord, type JsonRecord } from '../json-value.ts';
import { parseJson } from '../parse-json.ts';
import type { AnswerFormat, Message, Prompt, Tool, ToolChoice } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import { countWords } from '../words.ts';
import { invalidArgument, type Place, unknownField } from './errors.ts';
import { fieldNames, findUnknown, readField, readList } from './fields.ts';
import { historyProblems } from './history.ts';
import { parameterProblems } from './parameters.ts';
import { toJsonSchema } from './schema.ts';
import { signatureProblems } from './signatures.ts';

export type GeneratePrompt = Prompt & {
  /** Thoughts are billed in any case, and shown to who asks for them. */
  readonly showsThought: boolean;
};

export type GenerateAsk = Place & { readonly model: string; readonly isStream: boolean };

// As in all dialects here: so many for the framing of a message, so many for a picture. Nothing is looked at.
const tokensPerMessage = 3;
const tokensPerPicture = 258;

/** Reads a body as Google would: the model stands in the address, and what has no field is refused. */
export function readRequest(bytes: Buffer, ask: GenerateAsk): GeneratePrompt | Refusal {
  const body = parseJson(bytes.toString('utf8'));
  if (!isRecord(body)) return notJson(ask);
  return readGenerate(body, ask);
}

/** A count takes the contents alone or a whole request. */
export function readCount(bytes: Buffer, ask: GenerateAsk): GeneratePrompt | Refusal {
  const body = parseJson(bytes.toString('utf8'));
  if (!isRecord(body)) return notJson(ask);
  const unknown = findUnknown(body, fieldNames('model', 'contents', 'generateContentRequest'));
  if (unknown !== undefined) return unknownField(unknown, '', ask);
  const inner = readField(body, 'generateContentRequest');
  return readGenerate(isRecord(inner) ? inner : body, ask);
}

function notJson(place: Place): Refusal {
  return invalidArgument('Invalid JSON payload received. Expected an object key or }.', place);
}

function readGenerate(body: JsonRecord, ask: GenerateAsk): GeneratePrompt | Refusal {
  const contents = readList(body, 'contents');
  const turns = contents.filter(isRecord);
  const problem =
    firstProblem(parameterProblems(body, ask)) ??
    firstProblem(historyProblems(contents, ask)) ??
    firstProblem(signatureProblems(ask.model, turns, ask));
  if (problem !== undefined) return problem;
  const config = readField(body, 'generationConfig');
  const thinking = readField(config, 'thinkingConfig');
  const system = readField(body, 'systemInstruction');
  return {
    model: ask.model,
    messages: [
      ...(system === undefined ? [] : [toMessage('system', readList(system, 'parts'))]),
      ...turns.flatMap(readTurn),
    ],
    stream: ask.isStream,
    includeUsage: true,
    tokensMax: readNumber(config, 'maxOutputTokens'),
    stop: readList(config, 'stopSequences').map(String),
    choices: readNumber(config, 'candidateCount') ?? 1,
    ...readTools(body),
    parallelCalls: true,
    format: readFormat(config),
    reasons: readField(thinking, 'thinkingBudget') !== 0,
    caches: true,
    showsThought: readField(thinking, 'includeThoughts') === true,
  };
}

/** The results of functions become messages of their own, the last of the turn, so that a model answers them. */
function readTurn(turn: JsonRecord): Message[] {
  const parts = readList(turn, 'parts');
  const isResult = (part: unknown) => readField(part, 'functionResponse') !== undefined;
  const others = parts.filter((part) => !isResult(part));
  const said = others.length === 0 ? [] : [toMessage(turn.role === 'model' ? 'assistant' : 'user', others)];
  return [...said, ...parts.filter(isResult).map(readResult)];
}

function readResult(part: unknown): Message {
  const response = readField(readField(part, 'functionResponse'), 'response');
  // Google's own convention for a result that is a text.
  const told = readField(response, 'result') ?? readField(response, 'output') ?? readField(response, 'error');
  const text = typeof told === 'string' ? told : JSON.stringify(response);
  return { role: 'tool', text, tokens: countWords(text) + tokensPerMessage };
}

function toMessage(role: string, parts: readonly unknown[]): Message {
  const texts = parts.flatMap((part) => {
    const text = readField(part, 'text');
    return typeof text === 'string' && readField(part, 'thought') !== true ? [text] : [];
  });
  const text = texts.join('\n');
  const more = parts.reduce((sum: number, part) => sum + countPart(part), 0);
  return { role, text, tokens: countWords(text) + more + tokensPerMessage };
}

function countPart(part: unknown): number {
  if (readField(part, 'inlineData') !== undefined || readField(part, 'fileData') !== undefined) return tokensPerPicture;
  const call = readField(part, 'functionCall');
  return call === undefined ? 0 : countWords(JSON.stringify(call));
}

function readTools(body: JsonRecord): { readonly tools: readonly Tool[]; readonly toolChoice: ToolChoice } {
  const declared = readList(body, 'tools')
    .flatMap((tool) => readList(tool, 'functionDeclarations'))
    .filter(isRecord);
  const tools = declared.map((declaration) => ({
    name: String(declaration.name),
    parameters: readField(declaration, 'parametersJsonSchema') ?? toJsonSchema(declaration.parameters),
  }));
  const choice = readField(readField(body, 'toolConfig'), 'functionCallingConfig');
  const mode = readField(choice, 'mode');
  const allowed = readList(choice, 'allowedFunctionNames');
  if (mode === 'NONE') return { tools, toolChoice: { kind: 'none' } };
  const toolChoice: ToolChoice = { kind: mode === 'ANY' ? 'required' : 'auto' };
  return { tools: allowed.length === 0 ? tools : tools.filter(({ name }) => allowed.includes(name)), toolChoice };
}

function readFormat(config: unknown): AnswerFormat {
  if (readField(config, 'responseMimeType') !== 'application/json') return { kind: 'text' };
  const schema = readField(config, 'responseJsonSchema') ?? toJsonSchema(readField(config, 'responseSchema'));
  return schema === undefined ? { kind: 'object' } : { kind: 'schema', schema };
}

function readNumber(record: unknown, name: string): number | undefined {
  const value = readField(record, name);
  return typeof value === 'number' ? value : undefined;
}
