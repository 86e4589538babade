import { Content } from '#core/generation/content.ts';
import type { Tool, ToolChoice } from '#core/generation/request.ts';
import { fieldOf, flagOf, isObject, type JsonObject, listOf, textOf } from '../json-value.ts';
import { decodeCache, type Losses } from './decode-parts.ts';

/** Tools and, from older callers, functions. */
export function decodeTools(body: unknown, losses: Losses): readonly Tool[] {
  const older = listOf(fieldOf(body, 'functions')).map((definition) => decodeFunction(definition, undefined));
  const tools = listOf(fieldOf(body, 'tools')).flatMap((tool): readonly Tool[] => {
    switch (fieldOf(tool, 'type')) {
      case 'function':
      case undefined:
        // Some programs send the flat form of Responses, or Anthropic's, to this address.
        return [decodeFunction(fieldOf(tool, 'function') ?? tool, tool)];
      case 'custom':
        return [decodeCustom(tool)];
      default:
        if (isObject(tool)) return [{ kind: 'hosted', family: 'openai', definition: Content.ofJson(tool) }];
        losses.add('hosted_tool');
        return [];
    }
  });
  return [...tools, ...older];
}

function decodeFunction(definition: unknown, tool: unknown): Tool {
  const parameters = fieldOf(definition, 'parameters') ?? fieldOf(definition, 'input_schema');
  const mark = decodeCache(tool).cache ? decodeCache(tool) : decodeCache(definition);
  return {
    kind: 'function',
    name: Content.ofText(textOf(fieldOf(definition, 'name')) ?? ''),
    description: contentOf(fieldOf(definition, 'description')),
    parameters: isObject(parameters) ? Content.ofJson(parameters) : undefined,
    strict: flagOf(fieldOf(definition, 'strict')),
    ...mark,
  };
}

function decodeCustom(tool: unknown): Tool {
  const definition = fieldOf(tool, 'custom');
  const format = fieldOf(definition, 'format');
  return {
    kind: 'custom',
    name: Content.ofText(textOf(fieldOf(definition, 'name')) ?? ''),
    description: contentOf(fieldOf(definition, 'description')),
    format: isObject(format) ? Content.ofJson(flatFormat(format)) : undefined,
    ...decodeCache(tool),
  };
}

/** A grammar stands in a member of its own here; the neutral form is flat, as in Responses. */
function flatFormat(format: JsonObject): JsonObject {
  const { grammar, ...rest } = format;
  return format.type === 'grammar' && isObject(grammar) ? { ...rest, ...grammar } : format;
}

function contentOf(value: unknown): Content | undefined {
  return typeof value === 'string' ? Content.ofText(value) : undefined;
}

export function decodeToolChoice(body: unknown, losses: Losses): ToolChoice | undefined {
  const asked = fieldOf(body, 'tool_choice') ?? fieldOf(body, 'function_call');
  const word = fieldOf(asked, 'type');
  const choice = word === 'auto' || word === 'none' || word === 'any' ? word : asked;
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice };
  // Mistral's word, which others took over.
  if (choice === 'any') return { kind: 'required' };
  const name =
    textOf(fieldOf(fieldOf(choice, 'function'), 'name')) ??
    textOf(fieldOf(fieldOf(choice, 'custom'), 'name')) ??
    textOf(fieldOf(choice, 'name'));
  if (name !== undefined) return { kind: 'tool', name: Content.ofText(name) };
  const allowed = fieldOf(choice, 'allowed_tools');
  if (!isObject(allowed)) {
    losses.add('tool_choice');
    return undefined;
  }
  const names = listOf(fieldOf(allowed, 'tools')).flatMap((tool) => {
    const each = textOf(fieldOf(fieldOf(tool, 'function') ?? fieldOf(tool, 'custom'), 'name'));
    if (each === undefined) losses.add('tool_choice');
    return each === undefined ? [] : [Content.ofText(each)];
  });
  return { kind: 'allowed', mode: fieldOf(allowed, 'mode') === 'required' ? 'required' : 'auto', names };
}
