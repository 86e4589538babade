import { type FieldSpan, scanNested } from '../json-scan.ts';
import { listItems, nestedText, typeAt } from './json-list.ts';

type ToolsJudged = {
  /** The upstream must run a tool itself, or there is nothing to answer with. */
  readonly needsHosted: boolean;
  /** A tool brings input of its own, such as pages of the web. */
  readonly bringsInput: boolean;
};

/** Tools that the caller runs: any upstream can be told of them. */
const callersOwn: ReadonlySet<string> = new Set(['function', 'custom', 'namespace']);
/** Tools of this dialect that the caller runs too, or that bring nothing which does not stand in the body. */
const bringsNothing: ReadonlySet<string> = new Set(['local_shell', 'apply_patch', 'tool_search']);
const choiceFields: ReadonlySet<string> = new Set(['type', 'tools']);

/**
 * Codex and others send hosted tools beside their functions and get along without them. They are needed only when they
 * stand alone, or are forced.
 */
export function judgeTools(
  body: Uint8Array,
  { tools, choice }: { readonly tools: FieldSpan | undefined; readonly choice: FieldSpan | undefined },
): ToolsJudged {
  const types = listItems(body, tools).map((tool) => typeAt(body, tool) ?? 'function');
  const hosted = types.filter((type) => !callersOwn.has(type));
  const standsAlone = hosted.length > 0 && hosted.length === types.length;
  return {
    needsHosted: standsAlone || isHostedForced(body, choice),
    bringsInput: hosted.some((type) => !bringsNothing.has(type)),
  };
}

function isHostedForced(body: Uint8Array, choice: FieldSpan | undefined): boolean {
  if (choice?.kind !== 'object') return false;
  const fields = scanNested(body, choice, choiceFields);
  const type = nestedText(body, fields, 'type');
  if (type !== 'allowed_tools') return type !== undefined && !callersOwn.has(type);
  const allowed = listItems(body, fields.get('tools')).map((tool) => typeAt(body, tool) ?? 'function');
  return allowed.length > 0 && allowed.every((name) => !callersOwn.has(name));
}
