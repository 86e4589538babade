import { isRecord, type JsonRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import type { Tool, ToolChoice } from '../prompt.ts';
import type { Refusal } from '../trouble.ts';
import { splitWords } from '../words.ts';
import { missingParameter, tooLong, wrongPattern, wrongType, wrongValue } from './refusals.ts';
import { findLoosePart, tightenSchema } from './strict-schema.ts';

/** A tool that the model may call and the caller has to run. */
export type Callable = {
  readonly kind: 'function' | 'custom';
  readonly name: string;
  readonly namespace: string | undefined;
  readonly parameters: unknown;
};

type ReadTools = {
  readonly callable: readonly Callable[];
  /** As the answer repeats them. */
  readonly echo: readonly JsonRecord[];
};

const namePattern = '^[a-zA-Z0-9_-]+$';
const nameLettersMax = 64;
const freeWordsMax = 200;

// They run at OpenAI, so that no caller has to answer them. This simulator takes them and does not use them.
const hostedTypes: readonly string[] = [
  'file_search',
  'computer',
  'computer_use_preview',
  'web_search',
  'web_search_2025_08_26',
  'web_search_preview',
  'web_search_preview_2025_03_11',
  'mcp',
  'code_interpreter',
  'programmatic_tool_calling',
  'image_generation',
  'local_shell',
  'shell',
  'tool_search',
  'apply_patch',
];

export function readTools(value: unknown): ReadTools | Refusal {
  if (value === undefined || value === null) return { callable: [], echo: [] };
  if (!Array.isArray(value)) return wrongType('tools', 'an array of objects', value);
  const callable: Callable[] = [];
  const echo: JsonRecord[] = [];
  for (const [index, tool] of value.entries()) {
    const read = readTool(tool, `tools[${index}]`);
    if ('status' in read) return read;
    callable.push(...read.callable);
    echo.push(...read.echo);
  }
  return { callable, echo };
}

export function findWrongName(name: unknown, field: string): Refusal | undefined {
  if (name === undefined) return missingParameter(field);
  if (typeof name !== 'string') return wrongType(field, 'a string', name);
  if (name.length > nameLettersMax) return tooLong(field, name.length, nameLettersMax);
  return /^[a-zA-Z0-9_-]+$/.test(name) ? undefined : wrongPattern(field, namePattern);
}

function readTool(tool: unknown, field: string): ReadTools | Refusal {
  if (!isRecord(tool)) return wrongType(field, 'an object', tool);
  const { type } = tool;
  if (type === undefined) return missingParameter(`${field}.type`);
  if (type === 'function') return readFunction(tool, field);
  if (type === 'custom') return readCustom(tool, field);
  if (type === 'namespace') return readNamespace(tool, field);
  if (typeof type === 'string' && hostedTypes.includes(type)) return { callable: [], echo: [tool] };
  return wrongValue(`${field}.type`, type, ['function', 'custom', 'namespace', ...hostedTypes]);
}

function readFunction(tool: JsonRecord, field: string): ReadTools | Refusal {
  const wrong = findWrongName(tool.name, `${field}.name`);
  if (wrong !== undefined) return wrong;
  const name = String(tool.name);
  const { parameters, strict } = tool;
  if (parameters !== undefined && parameters !== null && !isRecord(parameters)) {
    return wrongType(`${field}.parameters`, 'an object', parameters);
  }
  if (strict === true) {
    const loose = findLoosePart(parameters ?? {});
    if (loose !== undefined) return invalidSchema(name, loose, field);
  }
  const tightened = strict === undefined || strict === null ? tightenSchema(parameters ?? emptySchema) : undefined;
  const shown = tightened ?? parameters ?? null;
  const echo = {
    type: 'function',
    description: tool.description ?? null,
    ...tool,
    parameters: shown,
    strict: strict ?? tightened !== undefined,
  };
  return { callable: [{ kind: 'function', name, namespace: undefined, parameters: shown }], echo: [echo] };
}

const emptySchema = { type: 'object', properties: {} };

function invalidSchema(name: string, loose: string, field: string): Refusal {
  const message = `Invalid schema for function '${name}': ${loose}`;
  return invalidRequest(message, `${field}.parameters`, 'invalid_function_parameters');
}

function readCustom(tool: JsonRecord, field: string): ReadTools | Refusal {
  const wrong = findWrongName(tool.name, `${field}.name`);
  if (wrong !== undefined) return wrong;
  const format = isRecord(tool.format) ? tool.format : { type: 'text' };
  if (format.type !== 'text' && format.type !== 'grammar') {
    return wrongValue(`${field}.format.type`, format.type, ['text', 'grammar']);
  }
  const called: Callable = { kind: 'custom', name: String(tool.name), namespace: undefined, parameters: undefined };
  return { callable: [called], echo: [{ ...tool, format }] };
}

function readNamespace(tool: JsonRecord, field: string): ReadTools | Refusal {
  const wrong = findWrongName(tool.name, `${field}.name`);
  if (wrong !== undefined) return wrong;
  if (typeof tool.description !== 'string') return missingParameter(`${field}.description`);
  if (!Array.isArray(tool.tools)) return missingParameter(`${field}.tools`);
  const callable: Callable[] = [];
  const echo: JsonRecord[] = [];
  for (const [index, inner] of tool.tools.entries()) {
    const place = `${field}.tools[${index}]`;
    const type = isRecord(inner) ? inner.type : undefined;
    if (type !== 'function' && type !== 'custom') return wrongValue(`${place}.type`, type, ['function', 'custom']);
    const read = readTool(inner, place);
    if ('status' in read) return read;
    callable.push(...read.callable.map((each) => ({ ...each, namespace: String(tool.name) })));
    echo.push(...read.echo);
  }
  return { callable, echo: [{ ...tool, tools: echo }] };
}

/**
 * The tools as the script shall see them. Two namespaces may use one name, so a tool goes by its number there;
 * `allowed_tools` leaves out the others.
 */
export function offerTools(callable: readonly Callable[], choice: unknown, freePieces: readonly string[]): Tool[] {
  const allowed: readonly unknown[] =
    isRecord(choice) && choice.type === 'allowed_tools' && Array.isArray(choice.tools) ? choice.tools : callable;
  return callable.flatMap((tool, index) => {
    const isAllowed = allowed.some((each) => isRecord(each) && each.name === tool.name);
    const parameters = tool.kind === 'custom' ? buildStandIn(freePieces.length) : tool.parameters;
    return isAllowed ? [{ name: String(index), parameters }] : [];
  });
}

// The script fills in JSON alone. For a custom tool it gets words that cost as many tokens as the free text.
function buildStandIn(pieces: number): JsonRecord {
  return { const: Array.from({ length: (pieces - 1) / 2 }, () => 'a').join(' ') };
}

/** Free text for a custom tool, in an odd number of pieces. */
export function splitFreeText(question: string): string[] {
  const said = splitWords(question, freeWordsMax).join('');
  const pieces = `note "as free text"\n${said}\n`.match(/\w+|\W+/g) ?? [];
  if (pieces.length % 2 === 0) pieces.splice(-2, 2, pieces.slice(-2).join(''));
  return pieces;
}

export function readToolChoice(value: unknown, tools: ReadTools): ToolChoice | Refusal {
  if (value === undefined || value === null || value === 'auto') return { kind: 'auto' };
  if (value === 'none') return { kind: 'none' };
  if (value === 'required') {
    return tools.echo.length > 0 ? { kind: 'required' } : noSuchChoice('required');
  }
  if (typeof value === 'string') return wrongValue('tool_choice', value, ['none', 'auto', 'required']);
  if (!isRecord(value)) return wrongType('tool_choice', 'one of a tool choice string or object', value);
  const { type } = value;
  if (type === 'allowed_tools') return readAllowed(value);
  if (type === 'function' || type === 'custom') return readNamed(value, tools);
  if (typeof type === 'string' && hostedTypes.includes(type)) return { kind: 'auto' };
  return wrongValue('tool_choice.type', type, ['function', 'custom', 'allowed_tools', ...hostedTypes]);
}

function readAllowed(value: JsonRecord): ToolChoice | Refusal {
  if (!Array.isArray(value.tools)) return missingParameter('tool_choice.tools');
  if (value.mode === 'required') return { kind: 'required' };
  return value.mode === 'auto' ? { kind: 'auto' } : wrongValue('tool_choice.mode', value.mode, ['auto', 'required']);
}

function readNamed(value: JsonRecord, tools: ReadTools): ToolChoice | Refusal {
  if (typeof value.name !== 'string') return missingParameter('tool_choice.name');
  const index = tools.callable.findIndex((tool) => tool.kind === value.type && tool.name === value.name);
  return index < 0 ? noSuchChoice(value.name) : { kind: 'named', name: String(index) };
}

function noSuchChoice(name: string): Refusal {
  return invalidRequest(`Tool choice '${name}' not found in 'tools' parameter.`, 'tool_choice');
}
