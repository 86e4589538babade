import type { JsonRecord } from '../json-value.ts';
import type { Reply } from '../script.ts';
import type { Turn } from '../turn.ts';
import { callIdOf, idOf } from './ids.ts';
import type { ResponsesPrompt } from './request.ts';
import { sealReasoning } from './sealed-reasoning.ts';
import type { Callable } from './tools.ts';

export type ResponsesTurn = Turn<ResponsesPrompt> & {
  /** Reasoning sealed for the way back, where the caller wants it. */
  readonly sealed: string;
};

export function seal(turn: Turn<ResponsesPrompt>): ResponsesTurn {
  return { ...turn, sealed: turn.prompt.showsSealed ? sealReasoning(turn) : '' };
}

/** A part of an answer. Each string in it is one token. */
export type Item =
  | { readonly kind: 'reasoning'; readonly id: string; readonly parts: readonly (readonly string[])[] }
  | { readonly kind: 'message'; readonly id: string; readonly words: readonly string[] }
  | {
      readonly kind: 'call';
      readonly id: string;
      readonly callId: string;
      readonly tool: Callable;
      readonly pieces: readonly string[];
    };

type ItemStatus = 'in_progress' | 'completed' | 'incomplete';

/** What a reply holds, in the order in which OpenAI gives it. */
export function listItems(turn: ResponsesTurn): Item[] {
  const [reply] = turn.replies;
  if (reply === undefined) return [];
  return [...listReasoning(turn, reply), ...listMessage(turn, reply), ...listCalls(turn, reply)];
}

/** An item cut short says so; only the last can be. */
export function statusOf(turn: ResponsesTurn, item: Item, items: readonly Item[]): ItemStatus {
  const isCut = endOf(turn).status === 'incomplete' && item === items.at(-1);
  return isCut ? 'incomplete' : 'completed';
}

type End = { readonly status: 'completed' | 'incomplete' | null; readonly reason: string | undefined };

export function endOf(turn: ResponsesTurn): End {
  const finish = turn.replies[0] === undefined ? 'stop' : turn.replies[0].finish;
  if (finish === 'length') return { status: 'incomplete', reason: 'max_output_tokens' };
  if (finish === 'content_filter') return { status: 'incomplete', reason: 'content_filter' };
  // Only a fault leaves out how the answer ended.
  return { status: finish === null ? null : 'completed', reason: undefined };
}

function listReasoning(turn: ResponsesTurn, reply: Reply): Item[] {
  if (reply.reasoning.length === 0) return [];
  return [{ kind: 'reasoning', id: idOf(turn, 'rs'), parts: splitParts(reply.reasoning) }];
}

/** A summary comes in parts; here each sentence is one. */
function splitParts(words: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const word of words) {
    const part = parts.at(-1) ?? [];
    part.push(part.length === 0 ? word.trimStart() : word);
    if (word.endsWith('.')) parts.push([]);
  }
  return parts.filter((part) => part.length > 0);
}

function listMessage(turn: ResponsesTurn, reply: Reply): Item[] {
  const saysNothing = reply.text.length === 0 && (reply.calls.length > 0 || reply.finish !== 'stop');
  return saysNothing ? [] : [{ kind: 'message', id: idOf(turn, 'msg'), words: reply.text }];
}

function listCalls(turn: ResponsesTurn, reply: Reply): Item[] {
  return reply.calls.flatMap((call, index): Item[] => {
    const tool = turn.prompt.callable[Number(call.name)];
    if (tool === undefined) return [];
    const isCustom = tool.kind === 'custom';
    const pieces = isCustom ? turn.prompt.freePieces.slice(0, call.pieces.length) : call.pieces;
    const id = idOf(turn, isCustom ? 'ctc' : 'fc', index);
    return [{ kind: 'call', id, callId: callIdOf(turn, index), tool, pieces }];
  });
}

export function buildItem(turn: ResponsesTurn, item: Item, status: ItemStatus): JsonRecord {
  switch (item.kind) {
    case 'reasoning':
      return buildReasoning(turn, item, status);
    case 'message': {
      const content = status === 'in_progress' ? [] : [buildTextPart(item.words.join(''))];
      return { id: item.id, type: 'message', status, content, role: 'assistant' };
    }
    case 'call':
      return buildCall(item, status);
  }
}

export function buildTextPart(text: string): JsonRecord {
  return { type: 'output_text', annotations: [], logprobs: [], text };
}

export function buildSummaryPart(text: string): JsonRecord {
  return { type: 'summary_text', text };
}

function buildReasoning(turn: ResponsesTurn, item: Item & { kind: 'reasoning' }, status: ItemStatus): JsonRecord {
  const isOpen = status === 'in_progress';
  const parts = isOpen || !turn.prompt.showsSummary ? [] : item.parts;
  const summary = parts.map((words) => buildSummaryPart(words.join('')));
  if (!turn.prompt.showsSealed) return { id: item.id, type: 'reasoning', summary };
  // OpenAI's item begins with a seal that is not yet the whole one; who sends that back is refused.
  const sealed = isOpen ? turn.sealed.slice(0, openSealLetters) : turn.sealed;
  return { id: item.id, type: 'reasoning', encrypted_content: sealed, summary };
}

const openSealLetters = 120;

function buildCall({ id, callId, tool, pieces }: Item & { kind: 'call' }, status: ItemStatus): JsonRecord {
  const said = status === 'in_progress' ? '' : pieces.join('');
  const namespace = tool.namespace === undefined ? {} : { namespace: tool.namespace };
  const named = { call_id: callId, name: tool.name, ...namespace };
  if (tool.kind === 'custom') return { id, type: 'custom_tool_call', status, input: said, ...named };
  return { id, type: 'function_call', status, arguments: said, ...named };
}
