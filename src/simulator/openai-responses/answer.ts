import { isRecord, type JsonRecord } from '../json-value.ts';
import type { Bill } from '../usage.ts';
import { idOf } from './ids.ts';
import { buildItem, endOf, listItems, type ResponsesTurn, statusOf } from './output.ts';

/** Where a response stands, and what is true of it there. */
export type Standing = {
  readonly status: 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed' | 'cancelled' | null;
  readonly output: readonly JsonRecord[];
  readonly bill: Bill | undefined;
  readonly error?: JsonRecord;
  readonly reason?: string | undefined;
  /** A body of its own says who pays; an event does not (seen in recordings). */
  readonly isWhole?: true;
};

/** The whole answer as one JSON body. */
export function writeAnswer(turn: ResponsesTurn): string {
  return `${writeResponse(turn, { ...standAtEnd(turn), isWhole: true })}\n`;
}

export function standAtEnd(turn: ResponsesTurn): Standing {
  const { status, reason } = endOf(turn);
  return { status, reason, output: listOutput(turn), bill: turn.bill };
}

export function listOutput(turn: ResponsesTurn): JsonRecord[] {
  const items = listItems(turn);
  return items.map((item) => buildItem(turn, item, statusOf(turn, item, items)));
}

/** The response object. The usage is text already, because some faults put there what no number could be. */
export function writeResponse(turn: ResponsesTurn, standing: Standing): string {
  const { asked } = turn.prompt;
  const before = JSON.stringify({ ...buildHead(turn, standing), ...buildEcho(turn, standing) });
  const after = JSON.stringify({ user: asked.user ?? null, metadata: asked.metadata ?? {} });
  return `${before.slice(0, -1)},${writeUsage(standing)},${after.slice(1)}`;
}

function buildHead(turn: ResponsesTurn, { status, error, reason, isWhole }: Standing): JsonRecord {
  const created = Math.floor(turn.createdMs / 1000);
  const spentMs = turn.usage.output * (turn.replies[0]?.paceMs ?? 0);
  return {
    id: idOf(turn, 'resp'),
    object: 'response',
    created_at: created,
    status,
    access_programs: null,
    background: turn.prompt.inBackground,
    ...(isWhole === true ? { billing: { payer: 'developer' } } : {}),
    completed_at: status === 'completed' ? created + Math.floor(spentMs / 1000) : null,
    error: error ?? null,
    frequency_penalty: 0,
    incomplete_details: reason === undefined ? null : { reason },
  };
}

function buildEcho(turn: ResponsesTurn, { status, output }: Standing): JsonRecord {
  const { asked, toolsShown } = turn.prompt;
  const isOpen = status === 'queued' || status === 'in_progress';
  return {
    instructions: asked.instructions ?? null,
    max_output_tokens: asked.max_output_tokens ?? null,
    max_tool_calls: asked.max_tool_calls ?? null,
    model: asked.model,
    output,
    parallel_tool_calls: asked.parallel_tool_calls ?? true,
    presence_penalty: 0,
    previous_response_id: asked.previous_response_id ?? null,
    prompt_cache_key: asked.prompt_cache_key ?? null,
    prompt_cache_retention: asked.prompt_cache_retention ?? null,
    reasoning: buildReasoning(asked.reasoning),
    safety_identifier: asked.safety_identifier ?? null,
    // Which tier it was is known at the end.
    service_tier: isOpen || asked.service_tier === 'priority' ? (asked.service_tier ?? 'auto') : 'default',
    store: turn.prompt.stores,
    temperature: asked.temperature ?? 1,
    text: buildText(asked.text),
    tool_choice: asked.tool_choice ?? 'auto',
    tools: toolsShown,
    top_logprobs: asked.top_logprobs ?? 0,
    top_p: asked.top_p ?? 1,
    truncation: asked.truncation ?? 'disabled',
  };
}

function buildReasoning(asked: unknown): JsonRecord {
  const reasoning = isRecord(asked) ? asked : {};
  return { effort: reasoning.effort ?? 'medium', summary: reasoning.summary ?? null };
}

function buildText(asked: unknown): JsonRecord {
  const text = isRecord(asked) ? asked : {};
  const format = isRecord(text.format) ? text.format : { type: 'text' };
  const described = format.type === 'json_schema' ? { description: null, strict: false, ...format } : format;
  return { format: described, verbosity: text.verbosity ?? 'medium' };
}

function writeUsage({ bill, isWhole }: Standing): string {
  if (bill === undefined || (bill.isElsewhere && isWhole !== true)) return '"usage":null';
  const field = `"usage":${writeBill(bill)}`;
  return bill.isTwice ? `${field},${field}` : field;
}

export function writeBill({ input, output, total, details }: Bill): string {
  if (details === undefined) return `{"input_tokens":${input},"output_tokens":${output},"total_tokens":${total}}`;
  return (
    `{"input_tokens":${input},"input_tokens_details":{"cached_tokens":${details.cached},"cache_write_tokens":0},` +
    `"output_tokens":${output},"output_tokens_details":{"reasoning_tokens":${details.reasoning}},"total_tokens":${total}}`
  );
}
