import { fieldOf, isObject, type JsonObject, listOf } from '../json-value.ts';
import type { Losses, Turn } from './encode-messages.ts';

/** What stands in for a turn that Converse demands and nobody wrote. */
const noMessage = '(no message)';
const noResult = 'no result was given';

type Settled = { readonly role: Turn['role']; readonly content: readonly JsonObject[] };

/** Makes turns that Converse takes: every call is answered at once and nothing else is, the user begins. */
export function settleTurns(
  turns: readonly Turn[],
  { takesPrefill, losses }: { readonly takesPrefill: boolean; readonly losses: Losses },
): readonly Settled[] {
  const paired = pairResults(turns, losses);
  settleEnd(paired, takesPrefill, losses);
  if (paired[0]?.role !== 'user') paired.unshift(userTurn([], [{ text: noMessage }]));
  return paired.map(({ role, results, blocks }) => ({ role, content: withWords([...results, ...blocks], role) }));
}

function userTurn(results: JsonObject[], blocks: JsonObject[]): Turn {
  return { role: 'user', results, blocks };
}

type Call = { readonly id: unknown; readonly sentId: string };

function pairResults(turns: readonly Turn[], losses: Losses): Turn[] {
  const paired: Turn[] = [];
  const used = new Set<string>();
  let calls: readonly Call[] = [];
  for (const turn of turns) {
    if (turn.role === 'assistant') {
      const named = nameCalls(turn, used);
      paired.push(named.turn);
      calls = named.calls;
    } else {
      paired.push(answered(turn, calls, losses));
      calls = [];
    }
  }
  if (calls.length > 0) paired.push(userTurn(calls.map(missingResult), []));
  return paired;
}

/** Some upstreams count their calls anew in every turn; here an id may stand once in a conversation. */
function nameCalls({ results, blocks }: Turn, used: Set<string>): { readonly turn: Turn; readonly calls: Call[] } {
  const calls: Call[] = [];
  const named = blocks.map((block) => {
    const { toolUse } = block;
    if (!isObject(toolUse)) return block;
    let sentId = String(toolUse.toolUseId);
    for (let count = 2; used.has(sentId); count++) sentId = `${String(toolUse.toolUseId).slice(0, 58)}_${count}`;
    used.add(sentId);
    calls.push({ id: toolUse.toolUseId, sentId });
    return { ...block, toolUse: { ...toolUse, toolUseId: sentId } };
  });
  return { turn: { role: 'assistant', results, blocks: named }, calls };
}

/** Results of calls that this turn does not answer become what the user said. */
function answered(turn: Turn, calls: readonly Call[], losses: Losses): Turn {
  const open = [...calls];
  const results: JsonObject[] = [];
  const strays: JsonObject[] = [];
  for (const block of turn.results) {
    const { toolResult } = block;
    if (!isObject(toolResult)) {
      results.push(block);
      continue;
    }
    const at = open.findIndex(({ id }) => id === toolResult.toolUseId);
    const [call] = at < 0 ? [] : open.splice(at, 1);
    if (call) results.push({ toolResult: { ...toolResult, toolUseId: call.sentId } });
    else {
      losses.add('unknown_part');
      strays.push(...listOf(toolResult.content).filter(isObject));
    }
  }
  // A mark of the cache cannot stand first.
  while (results[0]?.cachePoint !== undefined) results.shift();
  results.push(...open.map(missingResult));
  const blocks = [...strays, ...turn.blocks];
  return userTurn(results, results.length + blocks.length > 0 ? blocks : [{ text: noMessage }]);
}

function missingResult({ sentId }: Call): JsonObject {
  return { toolResult: { toolUseId: sentId, content: [{ text: noResult }], status: 'error' } };
}

/** The beginning of an answer may not end in white space, nor in reasoning, and most models take none at all. */
function settleEnd(turns: Turn[], takesPrefill: boolean, losses: Losses): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  const blocks = [...last.blocks];
  while (blocks.at(-1)?.reasoningContent !== undefined) blocks.pop();
  turns.pop();
  const end = blocks.pop();
  if (!end) return;
  if (!takesPrefill) losses.add('assistant_prefill');
  else {
    const trimmed = typeof end.text === 'string' ? { text: end.text.trimEnd() } : end;
    turns.push({ role: 'assistant', results: [], blocks: [...blocks, trimmed] });
  }
}

/** A document stands with a text, or is refused. */
function withWords(content: readonly JsonObject[], role: Turn['role']): readonly JsonObject[] {
  const lacksWords = role === 'user' && content.some(isDocument) && !content.some((block) => 'text' in block);
  return lacksWords ? [...content, { text: noMessage }] : content;
}

function isDocument(block: JsonObject): boolean {
  return fieldOf(block, 'document') !== undefined;
}

/**
 * In the middle of its calls a model with a thinking budget must find its own thinking before them, which a turn of
 * another model does not have.
 */
export function lacksThinking(turns: readonly Turn[]): boolean {
  const [before, last] = turns.slice(-2);
  if (last?.role !== 'user' || last.results.length === 0 || before?.role !== 'assistant') return false;
  const calls = before.blocks.some(({ toolUse }) => toolUse !== undefined);
  return calls && before.blocks[0]?.reasoningContent === undefined;
}
