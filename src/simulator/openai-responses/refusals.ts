import { invalidRequest } from '../openai-chat/errors.ts';
import type { Refusal } from '../trouble.ts';

// What the Responses API says when it refuses, in its own words where a recording or a bug report shows them.

export function missingParameter(field: string): Refusal {
  return invalidRequest(`Missing required parameter: '${field}'.`, field, 'missing_required_parameter');
}

export function unknownParameter(field: string): Refusal {
  return invalidRequest(`Unknown parameter: '${field}'.`, field, 'unknown_parameter');
}

export function movedParameter(field: string, place: string): Refusal {
  const manual = 'https://platform.openai.com/docs/api-reference/responses/create';
  const message = `Unsupported parameter: '${field}'. In the Responses API, this parameter has moved to '${place}'. Try again with the new parameter. See the API documentation for more information: ${manual}.`;
  return invalidRequest(message, null, 'unsupported_parameter');
}

export function wrongType(field: string, expected: string, value: unknown): Refusal {
  const message = `Invalid type for '${field}': expected ${expected}, but got ${describeType(value)} instead.`;
  return invalidRequest(message, field, 'invalid_type');
}

export function wrongValue(field: string, value: unknown, supported: readonly string[]): Refusal {
  const names = supported.map((name) => `'${name}'`);
  const listed = names.length > 1 ? `${names.slice(0, -1).join(', ')}${and(names)}${names.at(-1)}` : names.join('');
  const verb = names.length > 1 ? 'Supported values are' : 'Supported value is';
  return invalidRequest(`Invalid value: '${String(value)}'. ${verb}: ${listed}.`, field, 'invalid_value');
}

/** Numbers of a parameter that takes whole ones are told apart from others, whatever came. */
export type Range = { readonly kind: 'integer' | 'decimal'; readonly least: number; readonly most: number };

export function outOfRange(field: string, value: number, { kind, least, most }: Range): Refusal {
  const isBelow = value < least;
  const bound = isBelow ? `>= ${least}` : `<= ${most}`;
  const side = isBelow ? 'below minimum' : 'above maximum';
  const message = `Invalid '${field}': ${kind} ${side} value. Expected a value ${bound}, but got ${value} instead.`;
  return invalidRequest(message, field, `${kind}_${isBelow ? 'below_min' : 'above_max'}_value`);
}

export function tooLong(field: string, length: number, most: number): Refusal {
  const message = `Invalid '${field}': string too long. Expected a string with maximum length ${most}, but got a string with length ${length} instead.`;
  return invalidRequest(message, field, 'string_above_max_length');
}

export function wrongPattern(field: string, pattern: string): Refusal {
  const message = `Invalid '${field}': string does not match pattern. Expected a string that matches the pattern '${pattern}'.`;
  return invalidRequest(message, field, 'invalid_value');
}

/** A rule about `input` as a whole carries no code. */
export function wrongInput(message: string): Refusal {
  return invalidRequest(message, 'input');
}

/** The Chat API answers 404 here, this one 400 (seen in recordings). */
export function unknownModel(model: string): Refusal {
  return invalidRequest(`The requested model '${model}' does not exist.`, 'model', 'model_not_found');
}

export function contextTooLong(): Refusal {
  const message = 'Your input exceeds the context window of this model. Please adjust your input and try again.';
  return invalidRequest(message, 'input', 'context_length_exceeded');
}

export function foreignReasoning(name: string): Refusal {
  const message = `The encrypted content for item ${name} could not be verified. Reason: Encrypted content could not be decrypted or parsed.`;
  return invalidRequest(message, null, 'invalid_encrypted_content');
}

export function unknownPrevious(id: string): Refusal {
  const message = `Previous response with id '${id}' not found.`;
  return invalidRequest(message, 'previous_response_id', 'previous_response_not_found');
}

export function unknownItem(id: string): Refusal {
  const message = `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`;
  return { ...invalidRequest(message, 'input'), status: 404 };
}

export function unknownResponse(id: string): Refusal {
  const message = `Response with id '${id}' not found.`;
  return { ...invalidRequest(message), status: 404 };
}

function and(names: readonly string[]): string {
  return names.length > 2 ? ', and ' : ' and ';
}

function describeType(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'an integer' : 'a decimal';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function unknownReference(kind: 'Conversation' | 'Prompt', id: unknown): Refusal {
  const message = `${kind} with id '${String(id)}' not found.`;
  return { ...invalidRequest(message, kind.toLowerCase()), status: 404 };
}
