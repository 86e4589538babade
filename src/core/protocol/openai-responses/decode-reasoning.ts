import { Content } from '#core/generation/content.ts';
import type { DroppableField } from '#core/generation/dropped.ts';
import { type ForeignField, type ReasoningAsk, reasoningEfforts } from '#core/generation/request.ts';
import { fieldOf, isObject } from '../json-value.ts';

type Found = { readonly foreign: ForeignField[]; readonly drop: (field: DroppableField) => void };

/** Which of its fields have no neutral form, and what they say when they say nothing. */
const ownFields = { context: 'auto', mode: 'auto' } as const;

/** The foreign fields of `reasoning`, by the names that they have outside of it. */
export const reasoningFields: ReadonlyMap<string, string> = new Map(
  Object.keys(ownFields).map((name) => [`reasoning.${name}`, name]),
);

export function decodeReasoningAsk(ask: unknown, { foreign, drop }: Found): ReasoningAsk | undefined {
  if (!isObject(ask)) return undefined;
  for (const [name, nothing] of Object.entries(ownFields)) {
    const value = fieldOf(ask, name);
    if (value === undefined || value === null || value === nothing) continue;
    foreign.push({ family: 'openai', loss: 'reasoning', field: `reasoning.${name}`, value: Content.ofJson(value) });
  }
  const effort = reasoningEfforts.find((word) => word === fieldOf(ask, 'effort'));
  if (effort === undefined && (fieldOf(ask, 'effort') ?? null) !== null) drop('reasoning_effort');
  const summary = summaryOf(fieldOf(ask, 'summary') ?? fieldOf(ask, 'generate_summary'), drop);
  if (effort === undefined && summary === undefined) return undefined;
  // Whoever asks for no summary has not said that nothing may be shown.
  return { effort, budget: undefined, isShown: summary === undefined ? undefined : true, summary };
}

function summaryOf(summary: unknown, drop: Found['drop']): ReasoningAsk['summary'] {
  if (summary === 'auto' || summary === 'concise' || summary === 'detailed') return summary;
  // Codex says `none`, which is the default.
  if (summary !== undefined && summary !== null && summary !== 'none') drop('reasoning_summary');
  return undefined;
}
