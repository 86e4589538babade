import { isRecord, type JsonRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import type { Refusal } from '../trouble.ts';
import {
  missingParameter,
  movedParameter,
  outOfRange,
  type Range,
  tooLong,
  unknownParameter,
  wrongType,
  wrongValue,
} from './refusals.ts';
import { findLoosePart } from './strict-schema.ts';

// What does not belong to `input` or `tools`: each parameter with the values that it takes.

type Check = (value: unknown, field: string) => Refusal | undefined;

const outputLeast = 16;

const checks: Readonly<Record<string, Check>> = {
  model: isText,
  input: () => undefined,
  instructions: isText,
  tools: () => undefined,
  tool_choice: () => undefined,
  stream: isFlag,
  store: isFlag,
  background: isFlag,
  parallel_tool_calls: isFlag,
  max_output_tokens: isWhole(outputLeast),
  max_tool_calls: isWhole(1),
  top_logprobs: isWhole(0, 20),
  temperature: isNumber(0, 2),
  top_p: isNumber(0, 1),
  truncation: isOneOf(['auto', 'disabled']),
  service_tier: isOneOf(['auto', 'default', 'flex', 'scale', 'priority', 'fast', 'standard']),
  include: findWrongInclude,
  reasoning: findWrongReasoning,
  text: findWrongText,
  metadata: findWrongMetadata,
  stream_options: isObject,
  previous_response_id: isText,
  prompt_cache_key: isText,
  prompt_cache_retention: isText,
  safety_identifier: isText,
  user: isText,
  conversation: () => undefined,
  prompt: isObject,
  prompt_cache_options: isObject,
  context_management: () => undefined,
  moderation: isObject,
  access_programs: () => undefined,
  // Not in the manual, but codex sends it and OpenAI takes it.
  client_metadata: isObject,
};

const moved: Readonly<Record<string, string>> = {
  messages: 'input',
  max_tokens: 'max_output_tokens',
  max_completion_tokens: 'max_output_tokens',
  response_format: 'text.format',
  reasoning_effort: 'reasoning.effort',
};

export function findWrongParameter(parsed: JsonRecord): Refusal | undefined {
  if (parsed.model === undefined || parsed.model === null) return missingParameter('model');
  for (const [field, value] of Object.entries(parsed)) {
    const place = Object.hasOwn(moved, field) ? moved[field] : undefined;
    if (place !== undefined) return movedParameter(field, place);
    const check = Object.hasOwn(checks, field) ? checks[field] : undefined;
    if (check === undefined) return unknownParameter(field);
    const wrong = value === null ? undefined : check(value, field);
    if (wrong !== undefined) return wrong;
  }
  if (isRecord(parsed.stream_options) && parsed.stream !== true) {
    return invalidRequest("The 'stream_options' parameter is only allowed when 'stream' is enabled.", 'stream_options');
  }
  if (parsed.background === true && parsed.store === false) {
    return invalidRequest("Background mode requires 'store' to be true.", 'background', 'invalid_value');
  }
  return undefined;
}

function isText(value: unknown, field: string): Refusal | undefined {
  return typeof value === 'string' ? undefined : wrongType(field, 'a string', value);
}

function isFlag(value: unknown, field: string): Refusal | undefined {
  return typeof value === 'boolean' ? undefined : wrongType(field, 'a boolean', value);
}

function isObject(value: unknown, field: string): Refusal | undefined {
  return isRecord(value) ? undefined : wrongType(field, 'an object', value);
}

function isNumber(least: number, most: number, kind: Range['kind'] = 'decimal'): Check {
  const expected = kind === 'integer' ? 'an integer' : 'a decimal';
  return (value, field) => {
    const fits = typeof value === 'number' && (kind === 'decimal' || Number.isInteger(value));
    if (!fits) return wrongType(field, expected, value);
    return value >= least && value <= most ? undefined : outOfRange(field, value, { kind, least, most });
  };
}

function isWhole(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  return isNumber(least, most, 'integer');
}

function isOneOf(supported: readonly string[]): Check {
  return (value, field) =>
    typeof value === 'string' && supported.includes(value) ? undefined : wrongValue(field, value, supported);
}

const includes: readonly string[] = [
  'file_search_call.results',
  'web_search_call.results',
  'web_search_call.action.sources',
  'message.input_image.image_url',
  'computer_call_output.output.image_url',
  'code_interpreter_call.outputs',
  'reasoning.encrypted_content',
  'message.output_text.logprobs',
];

function findWrongInclude(value: unknown, field: string): Refusal | undefined {
  if (!Array.isArray(value)) return wrongType(field, 'an array of strings', value);
  const index = value.findIndex((each) => !includes.includes(each));
  return index < 0 ? undefined : wrongValue(`${field}[${index}]`, value[index], includes);
}

/** An object whose parts are each one of a few words, absent or null. */
function findWrongWord(value: JsonRecord, field: string, words: Readonly<Record<string, readonly string[]>>) {
  for (const [name, supported] of Object.entries(words)) {
    const part = value[name];
    if (part === undefined || part === null) continue;
    const wrong = isOneOf(supported)(part, `${field}.${name}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function findWrongReasoning(value: unknown, field: string): Refusal | undefined {
  if (!isRecord(value)) return wrongType(field, 'an object', value);
  const summaries = ['auto', 'concise', 'detailed'];
  return findWrongWord(value, field, {
    effort: ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'],
    summary: summaries,
    generate_summary: summaries,
  });
}

function findWrongText(value: unknown, field: string): Refusal | undefined {
  if (!isRecord(value)) return wrongType(field, 'an object', value);
  const wrong = findWrongWord(value, field, { verbosity: ['low', 'medium', 'high'] });
  if (wrong !== undefined) return wrong;
  const { format } = value;
  if (format === undefined || format === null) return undefined;
  if (!isRecord(format)) return wrongType(`${field}.format`, 'an object', format);
  if (format.type === 'text' || format.type === 'json_object') return undefined;
  if (format.type === 'json_schema') return findWrongFormat(format, `${field}.format`);
  return wrongValue(`${field}.format.type`, format.type, ['json_object', 'json_schema', 'text']);
}

/** The Chat API keeps these one level deeper, in `json_schema`: a translator has to lift them. */
function findWrongFormat(format: JsonRecord, field: string): Refusal | undefined {
  if (typeof format.name !== 'string') return missingParameter(`${field}.name`);
  if (!isRecord(format.schema)) return missingParameter(`${field}.schema`);
  const loose = format.strict === true ? findLoosePart(format.schema) : undefined;
  if (loose === undefined) return undefined;
  const message = `Invalid schema for response_format '${format.name}': ${loose}`;
  return invalidRequest(message, `${field}.schema`, 'invalid_json_schema');
}

const pairsMax = 16;
const keyLettersMax = 64;
const valueLettersMax = 512;

function findWrongMetadata(value: unknown, field: string): Refusal | undefined {
  if (!isRecord(value)) return wrongType(field, 'an object', value);
  const pairs = Object.entries(value);
  if (pairs.length > pairsMax) {
    const message = `Invalid '${field}': too many properties. Expected an object with at most ${pairsMax} properties, but got an object with ${pairs.length} properties instead.`;
    return invalidRequest(message, field, 'object_above_max_properties');
  }
  for (const [key, text] of pairs) {
    const place = `${field}.${key}`;
    if (key.length > keyLettersMax) return tooLong(place, key.length, keyLettersMax);
    if (typeof text !== 'string') return wrongType(place, 'a string', text);
    if (text.length > valueLettersMax) return tooLong(place, text.length, valueLettersMax);
  }
  return undefined;
}
