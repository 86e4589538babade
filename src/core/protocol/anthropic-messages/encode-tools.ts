import type { GenerationRequest, Tool, ToolChoice } from '#core/generation/request.ts';
import { isObject, type JsonObject } from '../json-value.ts';
import { closeSchema } from './close-schema.ts';
import type { Losses } from './decode-blocks.ts';
import type { Block } from './encode-messages.ts';
import type { ModelQuirks } from './model-quirks.ts';
import type { ToolNames } from './tool-identity.ts';

export type ToolEncoding = {
  readonly losses: Losses;
  readonly names: ToolNames;
  readonly quirks: ModelQuirks;
  /** A model that thinks may not be forced to call. */
  readonly isThinking: boolean;
};

export function encodeTools({ tools, toolChoice }: GenerationRequest, encoding: ToolEncoding): Block[] {
  const allowed = toolChoice?.kind === 'allowed' ? new Set(toolChoice.names.map(textOf)) : undefined;
  // The dialect cannot name a few of many: the others are not told of.
  const told = allowed ? tools.filter((tool) => tool.kind !== 'hosted' && allowed.has(textOf(tool.name))) : tools;
  return told.flatMap((tool) => encodeTool(tool, encoding));
}

function textOf(content: { revealText(purpose: 'translate'): string }): string {
  return content.revealText('translate');
}

function encodeTool(tool: Tool, { losses, names, quirks }: ToolEncoding): Block[] {
  if (tool.kind === 'hosted') {
    const definition = tool.definition.revealJson('translate');
    if (tool.family === 'anthropic' && isObject(definition)) return [{ ...definition }];
    losses.add('hosted_tool');
    return [];
  }
  const isStrict = tool.kind === 'function' && tool.strict === true;
  if (isStrict && !quirks.takesSchema) losses.add('strict');
  if (tool.kind === 'custom' && tool.format && !isPlainText(tool.format.revealJson('translate'))) {
    losses.add('custom_tool_format');
  }
  const schema = tool.kind === 'custom' ? freeText : objectSchema(tool.parameters?.revealJson('translate'));
  const takesStrict = isStrict && quirks.takesSchema;
  const description = tool.description ? textOf(tool.description) : '';
  const block: Block = {
    name: names.toUpstream(tool.name),
    ...(description === '' ? {} : { description }),
    input_schema: takesStrict ? closeSchema(schema) : schema,
    ...(takesStrict ? { strict: true } : {}),
  };
  if (tool.cache) block.cache_control = { type: 'ephemeral', ...(tool.cache.ttl ? { ttl: tool.cache.ttl } : {}) };
  return [block];
}

/** A tool that takes free text takes an object around it here. */
const freeText: JsonObject = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
};

function isPlainText(format: unknown): boolean {
  return !isObject(format) || format.type === 'text';
}

function objectSchema(schema: unknown): JsonObject {
  if (!isObject(schema)) return { type: 'object', properties: {} };
  return schema.type === 'object' ? schema : { ...schema, type: 'object' };
}

/** Undefined where the default says the same. */
export function encodeToolChoice(request: GenerationRequest, hasTools: boolean, encoding: ToolEncoding) {
  const { toolChoice, parallelToolCalls } = request;
  const { losses, names, isThinking } = encoding;
  const isForced = toolChoice !== undefined && forces(toolChoice);
  if (!hasTools) {
    if (isForced) losses.add('tool_choice');
    return undefined;
  }
  const oneByOne = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
  if (toolChoice?.kind === 'none') return { type: 'none' };
  if (isForced && isThinking) losses.add('tool_choice');
  if (!isForced || isThinking) {
    const isSaid = parallelToolCalls === false || toolChoice?.kind === 'auto';
    return isSaid ? { type: 'auto', ...oneByOne } : undefined;
  }
  if (toolChoice.kind === 'tool') return { type: 'tool', name: names.toUpstream(toolChoice.name), ...oneByOne };
  return { type: 'any', ...oneByOne };
}

function forces(choice: ToolChoice): boolean {
  switch (choice.kind) {
    case 'required':
    case 'tool':
      return true;
    case 'allowed':
      return choice.mode === 'required';
    case 'auto':
    case 'none':
      return false;
  }
}
