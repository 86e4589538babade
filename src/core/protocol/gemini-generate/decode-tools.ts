import { Content } from '#core/generation/content.ts';
import type { Tool, ToolChoice } from '#core/generation/request.ts';
import { isObject, textOf } from '../json-value.ts';
import { itemsOf, memberOf, toCamel } from './field-names.ts';
import type { Losses } from './losses.ts';
import { toJsonSchema } from './schema-dialect.ts';

/** One tool object holds many functions, and perhaps tools that run at Google. */
export function decodeTools(tools: unknown, losses: Losses): readonly Tool[] {
  return itemsOf(tools).flatMap((tool) => {
    if (!isObject(tool)) return [];
    return Object.entries(tool).flatMap(([key, value]): readonly Tool[] => {
      if (value === null) return [];
      if (toCamel(key) === 'functionDeclarations') return itemsOf(value).map((one) => decodeFunction(one, losses));
      return [{ kind: 'hosted', family: 'google', definition: Content.ofJson({ [toCamel(key)]: value }) }];
    });
  });
}

const knownOfFunction: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'parametersJsonSchema']);

function decodeFunction(declaration: unknown, losses: Losses): Tool {
  const description = textOf(memberOf(declaration, 'description'));
  const subset = memberOf(declaration, 'parameters');
  const parameters =
    memberOf(declaration, 'parametersJsonSchema') ?? (subset === undefined ? undefined : toJsonSchema(subset));
  if (isObject(declaration)) {
    const others = Object.entries(declaration).filter(
      ([key, value]) => value !== null && !knownOfFunction.has(toCamel(key)),
    );
    if (others.length > 0) losses.add('unknown_field');
  }
  return {
    kind: 'function',
    name: Content.ofText(textOf(memberOf(declaration, 'name')) ?? ''),
    description: description === undefined ? undefined : Content.ofText(description),
    parameters: parameters === undefined ? undefined : Content.ofJson(parameters),
    strict: undefined,
  };
}

export function decodeToolChoice(config: unknown): ToolChoice | undefined {
  const mode = textOf(memberOf(config, 'mode'))?.toUpperCase();
  const names = itemsOf(memberOf(config, 'allowedFunctionNames')).flatMap((name) =>
    typeof name === 'string' ? [Content.ofText(name)] : [],
  );
  const [name] = names;
  switch (mode) {
    case 'NONE':
      return { kind: 'none' };
    case 'ANY':
      if (name === undefined) return { kind: 'required' };
      return names.length === 1 ? { kind: 'tool', name } : { kind: 'allowed', mode: 'required', names };
    // Like AUTO, but calls are held to their schemas.
    case 'VALIDATED':
    case 'AUTO':
      return name === undefined ? { kind: 'auto' } : { kind: 'allowed', mode: 'auto', names };
    default:
      return undefined;
  }
}
