import type { Tool, ToolChoice } from '#core/generation/request.ts';
import { isObject } from '../json-value.ts';
import type { Losses } from './losses.ts';
import type { ToolNames } from './tool-names.ts';

type Work = { readonly losses: Losses; readonly names: ToolNames };

/** All functions in one tool, as Google wants them; its own tools each by itself. */
export function encodeTools(tools: readonly Tool[], work: Work): readonly unknown[] {
  const functionDeclarations: unknown[] = [];
  const hosted: unknown[] = [];
  for (const tool of tools) {
    if (tool.kind === 'hosted') {
      if (tool.family === 'google') hosted.push(tool.definition.revealJson('translate'));
      else work.losses.add('hosted_tool');
    } else functionDeclarations.push(declarationOf(tool, work));
  }
  return functionDeclarations.length > 0 ? [{ functionDeclarations }, ...hosted] : hosted;
}

/** What a tool that takes free text becomes. */
const freeText = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] } as const;

function declarationOf(tool: Exclude<Tool, { kind: 'hosted' }>, { losses, names }: Work) {
  if (tool.cache) losses.add('cache_control');
  if (tool.kind === 'custom') {
    if (isGrammar(tool.format?.revealJson('translate'))) losses.add('custom_tool_format');
  } else if (tool.strict) losses.add('strict');
  const schema = tool.kind === 'custom' ? freeText : tool.parameters?.revealJson('translate');
  return {
    name: names.toGoogle(tool.name.revealText('translate')),
    ...(tool.description ? { description: tool.description.revealText('translate') } : {}),
    ...(schema === undefined ? {} : { parametersJsonSchema: schema }),
  };
}

/** Any text at all is what the one argument takes too. */
function isGrammar(format: unknown): boolean {
  return isObject(format) && format.type !== 'text';
}

/** AUTO takes no names; VALIDATED is AUTO that does. */
export function encodeToolChoice(choice: ToolChoice | undefined, names: ToolNames) {
  switch (choice?.kind) {
    case undefined:
    case 'auto':
      return undefined;
    case 'none':
      return { mode: 'NONE' };
    case 'required':
      return { mode: 'ANY' };
    case 'tool':
      return { mode: 'ANY', allowedFunctionNames: [names.toGoogle(choice.name.revealText('translate'))] };
    case 'allowed':
      return {
        mode: choice.mode === 'auto' ? 'VALIDATED' : 'ANY',
        allowedFunctionNames: choice.names.map((name) => names.toGoogle(name.revealText('translate'))),
      };
  }
}
