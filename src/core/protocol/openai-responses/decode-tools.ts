import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import type { Tool, ToolChoice } from '#core/generation/request.ts';
import { fieldOf, flagOf, isObject, listOf, textOf } from '../json-value.ts';
import { asStrictSchema } from './strict-schema.ts';
import { contentOf, joinName, nameOf } from './tool-names.ts';

type Drop = (field: DroppableField) => void;

export function decodeTools(tools: unknown, drop: Drop): readonly Tool[] {
  return listOf(tools).flatMap((tool): readonly Tool[] => {
    switch (fieldOf(tool, 'type') ?? 'function') {
      case 'function':
        return [decodeFunction(tool, undefined, drop)];
      case 'custom':
        return [decodeCustom(tool, undefined, drop)];
      case 'namespace':
        return decodeNamespace(tool, drop);
      default:
        return isObject(tool) ? [{ kind: 'hosted', family: 'openai', definition: Content.ofJson(tool) }] : [];
    }
  });
}

/** What only this API does with a tool of the caller's. Deferred loading is none: all tools are told at once. */
const ownFields = ['allowed_callers', 'async', 'output_schema'] as const;

function dropOwnFields(tool: unknown, drop: Drop): void {
  if (ownFields.some((name) => (fieldOf(tool, name) ?? false) !== false)) drop('unknown_field');
}

function decodeFunction(tool: unknown, namespace: string | undefined, drop: Drop): Tool {
  dropOwnFields(tool, drop);
  const own = textOf(fieldOf(tool, 'name')) ?? '';
  const said = flagOf(fieldOf(tool, 'strict'));
  const schema = fieldOf(tool, 'parameters');
  const parameters = isObject(schema) ? schema : undefined;
  const closed = said === undefined && parameters ? asStrictSchema(parameters) : undefined;
  const kept = closed ?? parameters;
  return {
    kind: 'function',
    name: Content.ofText(joinName(namespace, own)),
    description: contentOf(fieldOf(tool, 'description')),
    parameters: kept && Content.ofJson(kept),
    strict: said ?? (parameters === undefined || closed !== undefined),
    namespace: namespace === undefined ? undefined : { name: Content.ofText(namespace), tool: Content.ofText(own) },
  };
}

function decodeCustom(tool: unknown, namespace: string | undefined, drop: Drop): Tool {
  dropOwnFields(tool, drop);
  const format = fieldOf(tool, 'format');
  return {
    kind: 'custom',
    name: Content.ofText(joinName(namespace, textOf(fieldOf(tool, 'name')) ?? '')),
    description: contentOf(fieldOf(tool, 'description')),
    format: isObject(format) ? Content.ofJson(format) : undefined,
  };
}

/** What is said of the whole namespace goes to its first tool: elsewhere there is no other place for it. */
function decodeNamespace(group: unknown, drop: Drop): readonly Tool[] {
  const name = textOf(fieldOf(group, 'name')) ?? '';
  const about = textOf(fieldOf(group, 'description')) ?? '';
  return listOf(fieldOf(group, 'tools')).map((tool, i) => {
    const isCustom = fieldOf(tool, 'type') === 'custom';
    const decoded = isCustom ? decodeCustom(tool, name, drop) : decodeFunction(tool, name, drop);
    return i === 0 && about !== '' ? withPreface(decoded, about) : decoded;
  });
}

function withPreface(tool: Tool, preface: string): Tool {
  if (tool.kind === 'hosted') return tool;
  const own = tool.description?.revealText('translate') ?? '';
  return { ...tool, description: Content.ofText(own === '' ? preface : `${preface}\n\n${own}`) };
}

export function decodeToolChoice(choice: unknown, drop: Drop): ToolChoice | undefined {
  if (choice === undefined || choice === null) return undefined;
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { kind: choice };
  switch (fieldOf(choice, 'type')) {
    case 'function':
    case 'custom':
      return { kind: 'tool', name: Content.ofText(nameOf(choice)) };
    case 'allowed_tools':
      return decodeAllowed(choice, drop);
    default:
      drop(isObject(choice) ? 'hosted_tool' : 'tool_choice');
      return undefined;
  }
}

function decodeAllowed(choice: unknown, drop: Drop): ToolChoice {
  const tools = listOf(fieldOf(choice, 'tools'));
  const own = tools.filter((tool) => textOf(fieldOf(tool, 'name')) !== undefined);
  if (own.length < tools.length) drop('hosted_tool');
  return {
    kind: 'allowed',
    mode: fieldOf(choice, 'mode') === 'required' ? 'required' : 'auto',
    names: own.map((tool) => Content.ofText(nameOf(tool))),
  };
}
