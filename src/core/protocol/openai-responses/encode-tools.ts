import type { DroppableField } from '#core/generation/dropped.ts';
import type { GenerationRequest, Tool, ToolChoice } from '#core/generation/request.ts';

type Name = (name: string) => string;
type Drop = (field: DroppableField) => void;

export function encodeTools(
  tools: readonly Tool[],
  { nameOf, drop }: { nameOf: Name; drop: Drop },
): readonly unknown[] {
  return tools.flatMap((tool): readonly unknown[] => {
    if (tool.kind === 'hosted') {
      if (tool.family === 'openai' && isHostedHere(tool.definition.revealJson('translate'))) {
        return [tool.definition.revealJson('translate')];
      }
      drop('hosted_tool');
      return [];
    }
    if (tool.cache) drop('cache_control');
    return [encodeTool(tool, nameOf(tool.name.revealText('translate')))];
  });
}

/** A tool of the family's other dialect has a shape of its own. */
function isHostedHere(definition: unknown): boolean {
  return typeof definition === 'object' && definition !== null && 'type' in definition;
}

const takesNothing = { type: 'object', properties: {}, required: [], additionalProperties: false };

function encodeTool(tool: Exclude<Tool, { kind: 'hosted' }>, name: string): object {
  const description = tool.description?.revealText('translate');
  const about = description === undefined ? {} : { description };
  if (tool.kind === 'custom') {
    const format = tool.format?.revealJson('translate');
    return { type: 'custom', name, ...about, ...(format === undefined ? {} : { format }) };
  }
  return {
    type: 'function',
    name,
    ...about,
    parameters: tool.parameters?.revealJson('translate') ?? takesNothing,
    // Unsaid it would be true here, and false where most requests come from.
    strict: tool.strict ?? false,
  };
}

export function encodeToolChoice(choice: ToolChoice, tools: readonly Tool[], nameOf: Name): unknown {
  switch (choice.kind) {
    case 'auto':
    case 'none':
    case 'required':
      return choice.kind;
    case 'tool':
      return chosen(choice.name.revealText('translate'), tools, nameOf);
    case 'allowed':
      return {
        type: 'allowed_tools',
        mode: choice.mode,
        tools: choice.names.map((name) => chosen(name.revealText('translate'), tools, nameOf)),
      };
  }
}

function chosen(name: string, tools: readonly Tool[], nameOf: Name): object {
  const isCustom = tools.some((tool) => tool.kind === 'custom' && tool.name.revealText('translate') === name);
  return { type: isCustom ? 'custom' : 'function', name: nameOf(name) };
}

/** What the caller told, back in its own words: namespaces in one piece again. */
export function echoTools(tools: readonly Tool[]): readonly unknown[] {
  const echoed: unknown[] = [];
  let group: { readonly name: string; readonly tools: unknown[] } | undefined;
  for (const tool of tools) {
    const own = tool.kind === 'function' ? tool.namespace : undefined;
    if (!own) {
      group = undefined;
      echoed.push(...echoTool(tool, (name) => name));
      continue;
    }
    const name = own.name.revealText('translate');
    if (group?.name !== name) {
      group = { name, tools: [] };
      echoed.push({ type: 'namespace', name, description: '', tools: group.tools });
    }
    group.tools.push(...echoTool(tool, () => own.tool.revealText('translate')));
  }
  return echoed;
}

/** A function's description is told also when there is none. */
function echoTool(tool: Tool, nameOf: Name): readonly unknown[] {
  if (tool.kind !== 'function' || tool.description) return encodeTools([tool], { nameOf, drop: () => {} });
  return [{ ...encodeTool(tool, nameOf(tool.name.revealText('translate'))), description: null }];
}

export function echoToolChoice({ toolChoice, tools }: GenerationRequest): unknown {
  return toolChoice ? encodeToolChoice(toolChoice, tools, (name) => name) : 'auto';
}
