import { isRecord, type JsonRecord } from '../json-value.ts';
import { invalidRequest } from '../openai-chat/errors.ts';
import type { Refusal } from '../trouble.ts';
import { missingParameter, tooLong, unknownParameter, wrongType, wrongValue } from './refusals.ts';
import { findWrongName } from './tools.ts';

// One item of `input` at a time: its type, its fields, and the types of its parts.

type Kind = {
  readonly fields: readonly string[];
  /** What an id of OpenAI's begins with. */
  readonly idPrefix: string;
  readonly check: (item: JsonRecord, field: string) => Refusal | undefined;
};

const callIdLettersMax = 64;

const kinds: Readonly<Record<string, Kind>> = {
  message: {
    fields: ['type', 'id', 'role', 'content', 'status', 'phase'],
    idPrefix: 'msg',
    check: findWrongMessage,
  },
  function_call: {
    fields: ['type', 'id', 'call_id', 'name', 'arguments', 'namespace', 'status', 'caller', 'async'],
    idPrefix: 'fc',
    check: (item, field) =>
      findWrongCallId(item, field) ?? findWrongName(item.name, `${field}.name`) ?? isText(item, field, 'arguments'),
  },
  function_call_output: {
    fields: ['type', 'id', 'call_id', 'output', 'status', 'name', 'namespace', 'caller'],
    idPrefix: '',
    check: findWrongOutput,
  },
  custom_tool_call: {
    fields: ['type', 'id', 'call_id', 'name', 'input', 'namespace', 'status', 'caller', 'async'],
    idPrefix: 'ctc',
    check: (item, field) =>
      findWrongCallId(item, field) ?? findWrongName(item.name, `${field}.name`) ?? isText(item, field, 'input'),
  },
  custom_tool_call_output: {
    fields: ['type', 'id', 'call_id', 'output', 'status', 'caller'],
    idPrefix: '',
    check: findWrongOutput,
  },
  reasoning: {
    fields: ['type', 'id', 'summary', 'content', 'encrypted_content', 'status'],
    idPrefix: 'rs',
    check: findWrongReasoning,
  },
  item_reference: {
    fields: ['type', 'id'],
    idPrefix: '',
    check: (item, field) => isText(item, field, 'id'),
  },
};

// Items around hosted tools: taken as they are, since nothing here uses them.
const otherTypes: readonly string[] = [
  'file_search_call',
  'computer_call',
  'computer_call_output',
  'web_search_call',
  'tool_search_call',
  'tool_search_output',
  'additional_tools',
  'compaction',
  'compaction_trigger',
  'image_generation_call',
  'code_interpreter_call',
  'local_shell_call',
  'local_shell_call_output',
  'shell_call',
  'shell_call_output',
  'apply_patch_call',
  'apply_patch_call_output',
  'mcp_list_tools',
  'mcp_approval_request',
  'mcp_approval_response',
  'mcp_call',
];

/** An easy message may leave its type out. */
export function typeOfItem(item: JsonRecord): unknown {
  return item.type ?? 'message';
}

export function findWrongItem(item: unknown, field: string): Refusal | undefined {
  if (!isRecord(item)) return wrongType(field, 'an object', item);
  const type = typeOfItem(item);
  if (typeof type === 'string' && otherTypes.includes(type)) return undefined;
  const kind = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind === undefined) return wrongValue(field, type, [...Object.keys(kinds), ...otherTypes]);
  const unknown = Object.keys(item).find((name) => !kind.fields.includes(name));
  if (unknown !== undefined) return unknownParameter(`${field}.${unknown}`);
  return findWrongId(item, field, kind.idPrefix) ?? kind.check(item, field);
}

function findWrongId(item: JsonRecord, field: string, prefix: string): Refusal | undefined {
  const { id } = item;
  if (id === undefined || id === null) return undefined;
  const place = `${field}.id`;
  if (typeof id !== 'string') return wrongType(place, 'a string', id);
  if (id.startsWith(prefix)) return undefined;
  const message = `Invalid '${place}': '${id}'. Expected an ID that begins with '${prefix}'.`;
  return invalidRequest(message, place, 'invalid_value');
}

const roles: readonly string[] = ['assistant', 'system', 'developer', 'user'];
const partsOfInput: readonly string[] = ['input_text', 'input_image', 'input_file'];
const partsOfAnswer: readonly string[] = ['output_text', 'refusal'];

function findWrongMessage(item: JsonRecord, field: string): Refusal | undefined {
  const { role, content } = item;
  if (role === undefined) return missingParameter(`${field}.role`);
  if (typeof role !== 'string' || !roles.includes(role)) return wrongValue(`${field}.role`, role, roles);
  if (content === undefined) return missingParameter(`${field}.content`);
  if (typeof content === 'string') return undefined;
  const expected = 'one of an array of objects or string';
  if (!Array.isArray(content)) return wrongType(`${field}.content`, expected, content);
  return findWrongParts(content, `${field}.content`, role === 'assistant' ? partsOfAnswer : partsOfInput);
}

function findWrongParts(parts: readonly unknown[], field: string, types: readonly string[]): Refusal | undefined {
  for (const [index, part] of parts.entries()) {
    const place = `${field}[${index}]`;
    if (!isRecord(part)) return wrongType(place, 'an object', part);
    if (part.type === undefined) return missingParameter(`${place}.type`);
    if (typeof part.type !== 'string' || !types.includes(part.type)) return wrongValue(place, part.type, types);
    const textField = part.type === 'refusal' ? 'refusal' : 'text';
    const isSpoken = part.type.endsWith('_text') || part.type === 'refusal';
    const wrong = isSpoken ? isText(part, place, textField) : undefined;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function findWrongOutput(item: JsonRecord, field: string): Refusal | undefined {
  const wrong = findWrongCallId(item, field);
  if (wrong !== undefined) return wrong;
  const { output } = item;
  if (output === undefined) return missingParameter(`${field}.output`);
  if (typeof output === 'string') return undefined;
  const expected = 'one of an array of objects or string';
  if (!Array.isArray(output)) return wrongType(`${field}.output`, expected, output);
  return findWrongParts(output, `${field}.output`, partsOfInput);
}

function findWrongReasoning(item: JsonRecord, field: string): Refusal | undefined {
  if (item.summary === undefined) return missingParameter(`${field}.summary`);
  if (!Array.isArray(item.summary)) return wrongType(`${field}.summary`, 'an array of objects', item.summary);
  return findWrongParts(item.summary, `${field}.summary`, ['summary_text']);
}

function findWrongCallId(item: JsonRecord, field: string): Refusal | undefined {
  const wrong = isText(item, field, 'call_id');
  const id = String(item.call_id);
  const place = `${field}.call_id`;
  if (wrong !== undefined) return wrong;
  if (id.length > callIdLettersMax) return tooLong(place, id.length, callIdLettersMax);
  if (id !== '') return undefined;
  const message = `Invalid '${place}': empty string. Expected a string with minimum length 1, but got an empty string instead.`;
  return invalidRequest(message, place, 'empty_string');
}

function isText(item: JsonRecord, field: string, name: string): Refusal | undefined {
  const value = item[name];
  if (value === undefined) return missingParameter(`${field}.${name}`);
  return typeof value === 'string' ? undefined : wrongType(`${field}.${name}`, 'a string', value);
}
