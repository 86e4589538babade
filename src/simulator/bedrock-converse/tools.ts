import { isRecord, type JsonRecord } from '../json-value.ts';
import type { Maker } from './makers.ts';
import { failed, strangers } from './parameters.ts';
import { listOf, recordOf } from './read.ts';

const namePattern = /^[a-zA-Z0-9_-]{1,64}$/;
const knownSpec = new Set(['name', 'description', 'inputSchema', 'strict']);

/** What Converse says of the tools, if anything. */
export function* toolProblems({ toolConfig }: JsonRecord, maker: Maker): Generator<string> {
  if (toolConfig === undefined) return;
  if (!isRecord(toolConfig)) return yield 'The toolConfig field must be an object.';
  yield* strangers(toolConfig, new Set(['tools', 'toolChoice']), '/toolConfig');
  const tools = listOf(toolConfig.tools);
  if (tools.length === 0) {
    return yield failed('[]', 'toolConfig.tools', 'Member must have length greater than or equal to 1');
  }
  const names = new Set<unknown>();
  for (const [index, tool] of tools.entries()) {
    const { toolSpec, cachePoint } = recordOf(tool);
    if (cachePoint !== undefined) {
      if (maker.caches !== 'everywhere') yield noCaching;
      continue;
    }
    yield* specProblems(toolSpec, `toolConfig.tools.${index + 1}.member.toolSpec`);
    const { name } = recordOf(toolSpec);
    if (names.has(name))
      yield `The tool ${name} is already defined at toolConfig.tools.${index}. Specify a different tool name and try again.`;
    names.add(name);
  }
  yield* choiceProblems(toolConfig.toolChoice, names, maker);
}

export const noCaching =
  'You invoked an unsupported model or your request did not allow prompt caching. See the documentation for more information.';

function* specProblems(spec: unknown, path: string): Generator<string> {
  if (!isRecord(spec)) return yield failed('null', path, 'Member must not be null');
  yield* strangers(spec, knownSpec, `/${path.replaceAll('.', '/')}`);
  if (typeof spec.name !== 'string' || !namePattern.test(spec.name)) {
    yield failed(spec.name, `${path}.name`, 'Member must satisfy regular expression pattern: [a-zA-Z0-9_-]+');
  }
  if (spec.description === '') {
    yield failed('', `${path}.description`, 'Member must have length greater than or equal to 1');
  }
  const { json } = recordOf(spec.inputSchema);
  if (!isRecord(json)) return yield failed('null', `${path}.inputSchema.json`, 'Member must not be null');
  if (json.type !== 'object') {
    yield `The value at ${path.replace('.member', '')}.inputSchema.json.type must be one of the following: object.`;
  }
}

function* choiceProblems(value: unknown, names: ReadonlySet<unknown>, maker: Maker): Generator<string> {
  if (value === undefined) return;
  const choice = recordOf(value);
  const [kind = '', ...more] = Object.keys(choice);
  if (!['auto', 'any', 'tool'].includes(kind) || more.length > 0) {
    return yield 'The toolChoice field must set one of the following keys: auto, any, tool.';
  }
  if (kind === 'auto') return;
  if (!maker.forcesTools) {
    return yield `This model doesn't support the toolConfig.toolChoice.${kind} field. Remove toolConfig.toolChoice.${kind} and try again.`;
  }
  const { name } = recordOf(choice.tool);
  if (kind === 'tool' && !names.has(name))
    yield `The tool ${name} at toolConfig.toolChoice.tool is not defined in toolConfig.tools.`;
}
