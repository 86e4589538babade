import { isRecord, type JsonRecord } from '../json-value.ts';
import { parseJson } from '../parse-json.ts';
import type { AnswerFormat, Message, Prompt, Tool, ToolChoice } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import { countWords } from '../words.ts';
import { invalidRequest } from './errors.ts';

// Framing of a message (role and separators), as OpenAI's own counting recipe has it.
const tokensPerMessage = 3;
// What OpenAI charges for a picture in low detail. Nothing is fetched or looked at here.
const tokensPerPicture = 85;
const choicesMax = 128;
const stopMax = 4;

/** Reads a body as OpenAI would: wrong types are refused, unknown fields are ignored. */
export function readRequest(bytes: Buffer): Prompt | Refusal {
  const parsed = parseJson(bytes.toString('utf8'));
  if (!isRecord(parsed)) {
    return invalidRequest(
      "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON.)",
    );
  }
  const wrong = findWrongType(parsed);
  if (wrong !== undefined) return wrong;
  const messages = readMessages(parsed.messages);
  if (!Array.isArray(messages)) return messages;
  const streamOptions = parsed.stream_options;
  return {
    model: String(parsed.model),
    messages,
    stream: parsed.stream === true,
    includeUsage: isRecord(streamOptions) && streamOptions.include_usage === true,
    tokensMax: readNumber(parsed.max_completion_tokens) ?? readNumber(parsed.max_tokens),
    stop: readStop(parsed.stop),
    choices: readNumber(parsed.n) ?? 1,
    tools: readTools(parsed.tools),
    toolChoice: readToolChoice(parsed.tool_choice),
    parallelCalls: parsed.parallel_tool_calls !== false,
    format: readFormat(parsed.response_format),
    reasons: parsed.reasoning_effort !== 'none',
    caches: true,
  };
}

/** A missing or null field is fine unless `needed`; the rest must fulfil `fits`. */
type Rule = {
  readonly field: string;
  readonly expected: string;
  readonly needed?: true;
  readonly fits: (value: unknown) => boolean;
};

const rules: readonly Rule[] = [
  { field: 'model', expected: 'a string', needed: true, fits: (value) => typeof value === 'string' && value !== '' },
  { field: 'messages', expected: 'an array of objects', needed: true, fits: Array.isArray },
  { field: 'stream', expected: 'a boolean', fits: (value) => typeof value === 'boolean' },
  { field: 'stream_options', expected: 'an object', fits: isRecord },
  { field: 'max_tokens', expected: 'an integer of at least 1', fits: (value) => isWithin(value, 1) },
  { field: 'max_completion_tokens', expected: 'an integer of at least 1', fits: (value) => isWithin(value, 1) },
  { field: 'n', expected: `an integer from 1 to ${choicesMax}`, fits: (value) => isWithin(value, 1, choicesMax) },
  { field: 'temperature', expected: 'a number from 0 to 2', fits: (value) => isNumber(value, 0, 2) },
  { field: 'top_p', expected: 'a number from 0 to 1', fits: (value) => isNumber(value, 0, 1) },
  { field: 'stop', expected: `a string or up to ${stopMax} strings`, fits: isStop },
  { field: 'tools', expected: 'an array of objects', fits: (value) => Array.isArray(value) && value.every(isRecord) },
  {
    field: 'tool_choice',
    expected: 'a string or an object',
    fits: (value) => typeof value === 'string' || isRecord(value),
  },
  { field: 'response_format', expected: 'an object', fits: isRecord },
];

function findWrongType(parsed: JsonRecord): Refusal | undefined {
  for (const rule of rules) {
    const value = parsed[rule.field];
    if (value === undefined || value === null) {
      if (rule.needed === undefined) continue;
      return invalidRequest(`Missing required parameter: '${rule.field}'.`, rule.field, 'missing_required_parameter');
    }
    if (!rule.fits(value)) {
      return invalidRequest(`Invalid type for '${rule.field}': expected ${rule.expected}.`, rule.field, 'invalid_type');
    }
  }
  if (isRecord(parsed.stream_options) && parsed.stream !== true) {
    return invalidRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  return undefined;
}

function readMessages(value: unknown): Message[] | Refusal {
  const source: readonly unknown[] = Array.isArray(value) ? value : [];
  if (source.length === 0) {
    return invalidRequest(
      "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
      'messages',
      'empty_array',
    );
  }
  const messages: Message[] = [];
  for (const [index, message] of source.entries()) {
    const field = `messages[${index}]`;
    if (!isRecord(message))
      return invalidRequest(`Invalid type for '${field}': expected an object.`, field, 'invalid_type');
    if (typeof message.role !== 'string') {
      return invalidRequest(
        `Missing required parameter: '${field}.role'.`,
        `${field}.role`,
        'missing_required_parameter',
      );
    }
    if (!isContent(message.content)) {
      return invalidRequest(
        `Invalid type for '${field}.content': expected one of a string or array of objects.`,
        `${field}.content`,
        'invalid_type',
      );
    }
    messages.push(readMessage(message.role, message));
  }
  return messages;
}

function readMessage(role: string, message: JsonRecord): Message {
  const parts: readonly unknown[] = Array.isArray(message.content) ? message.content : [];
  const texts = typeof message.content === 'string' ? [message.content] : parts.map(readPartText);
  const text = texts.filter((part) => part !== undefined).join('\n');
  const pictures = texts.filter((part) => part === undefined).length;
  const calls = Array.isArray(message.tool_calls) ? countWords(JSON.stringify(message.tool_calls)) : 0;
  return { role, text, tokens: countWords(text) + pictures * tokensPerPicture + calls + tokensPerMessage };
}

function readPartText(part: unknown): string | undefined {
  if (!isRecord(part)) return undefined;
  if (typeof part.text === 'string') return part.text;
  return typeof part.refusal === 'string' ? part.refusal : undefined;
}

function readStop(value: unknown): string[] {
  const stops: readonly unknown[] = Array.isArray(value) ? value : [value];
  return stops.filter((stop): stop is string => typeof stop === 'string' && stop !== '');
}

function readTools(value: unknown): Tool[] {
  const tools: readonly unknown[] = Array.isArray(value) ? value : [];
  return tools.flatMap((tool) => {
    const described = isRecord(tool) ? tool.function : undefined;
    if (!isRecord(described) || typeof described.name !== 'string') return [];
    return [{ name: described.name, parameters: described.parameters }];
  });
}

function readToolChoice(value: unknown): ToolChoice {
  if (value === 'none' || value === 'required') return { kind: value };
  const chosen = isRecord(value) ? value.function : undefined;
  if (isRecord(chosen) && typeof chosen.name === 'string') return { kind: 'named', name: chosen.name };
  return { kind: 'auto' };
}

function readFormat(value: unknown): AnswerFormat {
  if (!isRecord(value)) return { kind: 'text' };
  if (value.type === 'json_object') return { kind: 'object' };
  if (value.type !== 'json_schema' || !isRecord(value.json_schema)) return { kind: 'text' };
  return { kind: 'schema', schema: value.json_schema.schema };
}

function readNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function isNumber(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function isWithin(value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): boolean {
  return Number.isInteger(value) && isNumber(value, least, most);
}

function isStop(value: unknown): boolean {
  if (typeof value === 'string') return true;
  return Array.isArray(value) && value.length <= stopMax && value.every((stop) => typeof stop === 'string');
}

function isContent(value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'string') return true;
  return Array.isArray(value) && value.every(isRecord);
}
