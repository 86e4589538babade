import type { GenerationRequest, Tool, ToolChoice } from '#core/generation/request.ts';
import { fieldOf, isObject, type JsonObject } from '../json-value.ts';
import { cachePoint, type Encoding, type Turn } from './encode-messages.ts';

export type ToolSettings = {
  readonly toolConfig: JsonObject | undefined;
  /** What only Anthropic's models take, in their own words. */
  readonly ownChoice: JsonObject | undefined;
};

type Circumstances = Encoding & { readonly turns: readonly Turn[]; readonly isThinking: boolean };

/** `toolConfig`: wherever a call stands in the conversation it must be there. */
export function encodeTools(request: GenerationRequest, circumstances: Circumstances): ToolSettings {
  const { turns, losses, quirks } = circumstances;
  const tools = toldTools(request).flatMap((tool) => encodeTool(tool, circumstances));
  const isBarred = request.toolChoice?.kind === 'none';
  const called = calledNames(turns);
  // There is no word for "none": without calls in the past the tools are not told of.
  if (isBarred && called.length === 0) return { toolConfig: undefined, ownChoice: undefined };
  if (isBarred && tools.length > 0) losses.add('tool_choice');
  if (tools.length === 0 && called.length === 0) {
    if (forced(request.toolChoice)) losses.add('tool_choice');
    return { toolConfig: undefined, ownChoice: undefined };
  }
  const told = tools.length > 0 ? tools : called.map((name) => toolSpec(name, emptySchema));
  const choice = choiceOf(request.toolChoice, circumstances);
  const oneByOne = request.parallelToolCalls === false;
  if (oneByOne && (!quirks.claude || choice)) losses.add('parallel_tool_calls');
  const ownChoice =
    oneByOne && quirks.claude && !choice ? { type: 'auto', disable_parallel_tool_use: true } : undefined;
  return { toolConfig: { tools: told, ...(choice ? { toolChoice: choice } : {}) }, ownChoice };
}

/** Converse cannot name a few of many: the others are not told of. */
function toldTools({ tools, toolChoice }: GenerationRequest): readonly Tool[] {
  if (toolChoice?.kind !== 'allowed') return tools;
  const allowed = new Set(toolChoice.names.map((name) => name.revealText('translate')));
  return tools.filter((tool) => tool.kind !== 'hosted' && allowed.has(tool.name.revealText('translate')));
}

const emptySchema: JsonObject = { type: 'object', properties: {} };
const freeText: JsonObject = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };

function toolSpec(name: string, json: JsonObject, description = ''): JsonObject {
  return { toolSpec: { name, ...(description === '' ? {} : { description }), inputSchema: { json } } };
}

function encodeTool(tool: Tool, { losses, names, quirks }: Circumstances): JsonObject[] {
  if (tool.kind === 'hosted') {
    losses.add('hosted_tool');
    return [];
  }
  if (tool.kind === 'function' && tool.strict === true) losses.add('strict');
  const format = tool.kind === 'custom' ? tool.format?.revealJson('translate') : undefined;
  if (isObject(format) && format.type !== 'text') losses.add('custom_tool_format');
  const schema = tool.kind === 'custom' ? freeText : objectSchema(tool.parameters?.revealJson('translate'));
  const spec = toolSpec(names.toUpstream(tool.name), schema, tool.description?.revealText('translate'));
  if (!tool.cache) return [spec];
  if (quirks.caches === 'everywhere') return [spec, cachePoint(tool.cache)];
  losses.add('cache_control');
  return [spec];
}

function objectSchema(schema: unknown): JsonObject {
  if (!isObject(schema)) return emptySchema;
  return schema.type === 'object' ? schema : { ...schema, type: 'object' };
}

/** The names of the tools that were called; without tools of its own a request must tell of them all the same. */
function calledNames(turns: readonly Turn[]): readonly string[] {
  const names = turns.flatMap(({ blocks }) => blocks.map((block) => fieldOf(fieldOf(block, 'toolUse'), 'name')));
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}

function forced(choice: ToolChoice | undefined): boolean {
  return (
    choice?.kind === 'required' || choice?.kind === 'tool' || (choice?.kind === 'allowed' && choice.mode === 'required')
  );
}

/** Undefined where the default, which leaves it to the model, says the same. */
function choiceOf(choice: ToolChoice | undefined, { quirks, names, losses, isThinking }: Circumstances) {
  if (!choice || !forced(choice)) return undefined;
  const takesNamed = quirks.forces === 'any-and-named';
  if (isThinking || quirks.forces === 'nothing' || (choice.kind === 'tool' && !takesNamed)) {
    losses.add('tool_choice');
    return undefined;
  }
  return choice.kind === 'tool' ? { tool: { name: names.toUpstream(choice.name) } } : { any: {} };
}
