import { isObject, type JsonObject, listOf } from '../json-value.ts';
import type { Losses } from './decode-blocks.ts';
import type { Block, Turn } from './encode-messages.ts';

/** What stands in for a turn that the dialect demands and nobody wrote. */
const noMessage = '(no message)';
const noResult = 'no result was given';

/**
 * Makes turns that Anthropic takes: every call is answered at once and nothing else is, the user begins. `prefill` says
 * whether the last turn may be the model's own.
 */
export function settleTurns(
  turns: readonly Turn[],
  { takesPrefill, losses }: { readonly takesPrefill: boolean; readonly losses: Losses },
): readonly { readonly role: Turn['role']; readonly content: readonly Block[] }[] {
  const paired = pairResults(turns, losses);
  settlePrefill(paired, takesPrefill, losses);
  if (paired[0]?.role !== 'user') paired.unshift(userTurn([], [{ type: 'text', text: noMessage }]));
  return paired.map(({ role, results, blocks }) => ({ role, content: [...results, ...blocks] }));
}

function userTurn(results: Block[], blocks: Block[]): Turn {
  return { role: 'user', results, blocks };
}

/** A call of the turn before: the id that its caller gave, and the one that goes up. */
type Call = { readonly id: unknown; readonly sentId: string };

function pairResults(turns: readonly Turn[], losses: Losses): Turn[] {
  const paired: Turn[] = [];
  const used = new Map<string, number>();
  let calls: readonly Call[] = [];
  for (const turn of turns) {
    paired.push(turn.role === 'assistant' ? turn : answered(turn, calls, losses));
    calls = turn.role === 'assistant' ? nameCalls(turn, used) : [];
  }
  if (calls.length > 0) paired.push(userTurn(calls.map(missingResult), []));
  return paired;
}

/** Some upstreams count their calls anew in every turn; here an id may stand once in a conversation. */
function nameCalls(turn: Turn, used: Map<string, number>): readonly Call[] {
  return turn.blocks
    .filter(({ type }) => type === 'tool_use')
    .map((block) => {
      const { id } = block;
      let sentId = String(id);
      // How often this id stood before tells where to go on: a conversation may hold one id many thousand times.
      let count = used.get(sentId) ?? 0;
      used.set(sentId, count + 1);
      while (count > 0 && used.has(sentId)) sentId = `${id}_${++count}`;
      if (count > 0) used.set(String(id), count).set(sentId, 1);
      block.id = sentId;
      return { id, sentId };
    });
}

/** Results of calls that this turn does not answer become what the user said. */
function answered(turn: Turn, calls: readonly Call[], losses: Losses): Turn {
  const open = new Map<unknown, Call[]>();
  for (const call of calls) {
    const same = open.get(call.id);
    if (same) same.push(call);
    else open.set(call.id, [call]);
  }
  const results: Block[] = [];
  const strays: Block[] = [];
  for (const result of turn.results) {
    const call = open.get(result.tool_use_id)?.shift();
    if (call) results.push({ ...result, tool_use_id: call.sentId });
    else strays.push(...listOf(result.content).filter(isObject));
  }
  if (results.length < turn.results.length) losses.add('unknown_part');
  results.push(...[...open.values()].flat().map(missingResult));
  const blocks = [...strays, ...turn.blocks];
  return userTurn(results, results.length + blocks.length > 0 ? blocks : [{ type: 'text', text: noMessage }]);
}

function missingResult({ sentId }: Call): Block {
  return { type: 'tool_result', tool_use_id: sentId, content: [{ type: 'text', text: noResult }], is_error: true };
}

/** The beginning of an answer may not end in white space, nor in thinking, and some models take none at all. */
function settlePrefill(turns: Turn[], takesPrefill: boolean, losses: Losses): void {
  const last = turns.at(-1);
  if (last?.role !== 'assistant') return;
  while (isThinking(last.blocks.at(-1))) last.blocks.pop();
  const block = last.blocks.at(-1);
  if (!takesPrefill || !block) {
    if (block) losses.add('assistant_prefill');
    if (last.blocks.some((each) => each.cache_control !== undefined)) losses.add('cache_control');
    turns.pop();
    return;
  }
  if (typeof block.text === 'string') block.text = block.text.trimEnd();
}

function isThinking(block: JsonObject | undefined): boolean {
  return block?.type === 'thinking' || block?.type === 'redacted_thinking';
}

/**
 * In the middle of its calls a model with a thinking budget must find its own thinking before them, which a turn of
 * another model does not have.
 */
export function lacksThinking(turns: readonly Turn[]): boolean {
  const [before, last] = turns.slice(-2);
  if (last?.role !== 'user' || last.results.length === 0 || before?.role !== 'assistant') return false;
  return before.blocks.some(({ type }) => type === 'tool_use') && !isThinking(before.blocks[0]);
}
