import { Content } from '#core/generation/content.ts';
import type { Tool } from '#core/generation/request.ts';
import { fieldOf, textOf } from '../json-value.ts';

/** The one name that a function of a namespace has elsewhere. */
export function joinName(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}__${name}`;
}

/** The name in an item, a tool or a choice: in one piece. */
export function nameOf(value: unknown): string {
  return joinName(textOf(fieldOf(value, 'namespace')), textOf(fieldOf(value, 'name')) ?? '');
}

export type CallersTool = {
  readonly name: string;
  readonly namespace: string | undefined;
  /** The caller takes free text from it, whatever the upstream made of it. */
  readonly isCustom: boolean;
};

/** How the caller knows its tools: joined names taken apart again. */
export class CallersTools {
  readonly #tools = new Map<string, CallersTool>();

  constructor(tools: readonly Tool[]) {
    for (const tool of tools) {
      if (tool.kind === 'hosted') continue;
      const joined = tool.name.revealText('translate');
      const { namespace } = tool.kind === 'function' ? tool : { namespace: undefined };
      this.#tools.set(joined, {
        name: namespace ? namespace.tool.revealText('translate') : joined,
        namespace: namespace?.name.revealText('translate'),
        isCustom: tool.kind === 'custom',
      });
    }
  }

  find(name: string): CallersTool {
    return this.#tools.get(name) ?? { name, namespace: undefined, isCustom: false };
  }
}

/** A tool that became a function of one text, because its upstream has no free text: the text again. */
export function unwrapInput(input: string): string {
  try {
    const inner = textOf(fieldOf(JSON.parse(input), 'input'));
    return inner ?? input;
  } catch {
    return input;
  }
}

export function contentOf(value: unknown): Content | undefined {
  return typeof value === 'string' ? Content.ofText(value) : undefined;
}
