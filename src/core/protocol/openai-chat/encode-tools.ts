import type { GenerationRequest, Tool, ToolChoice } from '#core/generation/request.ts';
import { isObject } from '../json-value.ts';
import { type EncodeAbout, encodeCache } from './encode-parts.ts';

/** Tools, which of them may be called, and whether several at once. */
export function encodeTools(request: GenerationRequest, about: EncodeAbout): object {
  const { takes } = about.quirks;
  const { toolChoice } = request;
  const offered = request.tools.filter((tool) => isOffered(tool, toolChoice, about));
  const tools = offered.flatMap((tool) => encodeTool(tool, about));
  if (tools.length === 0) {
    if (request.tools.length > 0 && toolChoice && toolChoice.kind !== 'auto' && toolChoice.kind !== 'none') {
      about.losses.add('tool_choice');
    }
    return {};
  }
  const parallel = request.parallelToolCalls;
  const keepsParallel = parallel !== undefined && takes.has('parallel_tool_calls');
  if (parallel === false && !keepsParallel) about.losses.add('parallel_tool_calls');
  return {
    tools,
    ...(toolChoice ? { tool_choice: encodeChoice(toolChoice, request.tools, about) } : {}),
    ...(keepsParallel ? { parallel_tool_calls: parallel } : {}),
  };
}

/** Where a choice among some tools cannot be said, the others are not offered. */
function isOffered(tool: Tool, choice: ToolChoice | undefined, { quirks }: EncodeAbout): boolean {
  if (choice?.kind !== 'allowed' || quirks.takes.has('allowed_tools') || tool.kind === 'hosted') return true;
  const name = tool.name.revealText('translate');
  return choice.names.some((each) => each.revealText('translate') === name);
}

function encodeTool(tool: Tool, about: EncodeAbout): readonly object[] {
  const { takes } = about.quirks;
  if (tool.kind === 'hosted') {
    about.losses.add('hosted_tool');
    return [];
  }
  const name = about.names.toUpstream(tool.name.revealText('translate'));
  const description = tool.description?.revealText('translate');
  const mark = encodeCache(tool, about);
  if (tool.kind === 'function') {
    const strict = takes.has('strict') ? tool.strict : undefined;
    if (tool.strict && strict === undefined) about.losses.add('strict');
    const parameters = tool.parameters?.revealJson('translate');
    return [{ type: 'function', function: { name, description, parameters, strict }, ...mark }];
  }
  const format = encodeToolFormat(tool.format?.revealJson('translate'));
  if (takes.has('custom_tools')) return [{ type: 'custom', custom: { name, description, format }, ...mark }];
  if (isGrammar(format)) about.losses.add('custom_tool_format');
  return [{ type: 'function', function: { name, description, parameters: freeText }, ...mark }];
}

/** The neutral form is flat, as in Responses; this dialect wraps a grammar in a member of that name. */
function encodeToolFormat(format: unknown): unknown {
  if (!isObject(format) || format.type !== 'grammar' || isObject(format.grammar)) return format;
  const { type, ...grammar } = format;
  return { type, grammar };
}

/** Any text at all is what a function's one argument takes too. */
function isGrammar(format: unknown): boolean {
  return isObject(format) && format.type !== 'text';
}

/** A custom tool as a function: its free text is the one argument. */
const freeText = {
  type: 'object',
  properties: { input: { type: 'string' } },
  required: ['input'],
  additionalProperties: false,
};

function encodeChoice(choice: ToolChoice, tools: readonly Tool[], about: EncodeAbout): unknown {
  switch (choice.kind) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.kind;
    case 'tool':
      return namedTool(choice.name.revealText('translate'), tools, about);
    case 'allowed': {
      if (!about.quirks.takes.has('allowed_tools')) return choice.mode;
      const named = choice.names.map((name) => namedTool(name.revealText('translate'), tools, about));
      return { type: 'allowed_tools', allowed_tools: { mode: choice.mode, tools: named } };
    }
  }
}

function namedTool(name: string, tools: readonly Tool[], { names, quirks }: EncodeAbout): object {
  const upstreamName = names.toUpstream(name);
  const isCustom = tools.some((tool) => tool.kind === 'custom' && tool.name.revealText('translate') === name);
  return isCustom && quirks.takes.has('custom_tools')
    ? { type: 'custom', custom: { name: upstreamName } }
    : { type: 'function', function: { name: upstreamName } };
}
