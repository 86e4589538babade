import { Content } from '#core/generation/content.ts';
import type { ToolResult, UserPart } from '#core/generation/parts.ts';
import type { Message } from '#core/generation/request.ts';
import type { Losses } from './decode-parts.ts';

/**
 * The history with the results of each turn's calls right behind it, each call with one: upstreams refuse all else. A
 * call without a result gets one that says so; a result without a call becomes words of the user.
 */
export function pairResults(messages: readonly Message[], losses: Losses): readonly Message[] {
  const paired: Message[] = [];
  for (let at = 0; at < messages.length; ) {
    const message = messages[at];
    let end = at + 1;
    while (end < messages.length && messages[end]?.role !== 'assistant') end += 1;
    const isTurn = message?.role === 'assistant';
    const rest = messages.slice(isTurn ? at + 1 : at, end);
    const results = rest.flatMap((each) => (each.role === 'tool' ? each.results : []));
    if (isTurn) paired.push(message);
    const wanted = isTurn ? callsOf(message) : [];
    const byId = new Map(results.toReversed().map((result) => [textOf(result.id), result]));
    const given = wanted.map((call) => byId.get(call.id) ?? missingResult(call));
    const isGiven = new Set(given);
    if (given.length > 0) paired.push({ role: 'tool', results: given });
    const orphans = results.filter((result) => !isGiven.has(result));
    if (orphans.length > 0) {
      losses.add('unknown_part');
      paired.push({ role: 'user', parts: orphans.flatMap(toUserParts) });
    }
    paired.push(...rest.filter(({ role }) => role !== 'tool'));
    at = end;
  }
  return paired;
}

type Call = { readonly id: string; readonly form: 'function' | 'custom' };

function callsOf(message: Extract<Message, { role: 'assistant' }>): readonly Call[] {
  return message.parts.flatMap((part) => (part.kind === 'tool-call' ? [{ id: textOf(part.id), form: part.form }] : []));
}

function missingResult(call: Call): ToolResult {
  return {
    id: Content.ofText(call.id),
    form: call.form,
    parts: [{ kind: 'text', text: Content.ofText('no result was given') }],
    isError: false,
  };
}

function toUserParts({ parts }: ToolResult): readonly UserPart[] {
  return [{ kind: 'text', text: Content.ofText('The result of a tool:') }, ...parts];
}

function textOf(content: Content): string {
  return content.revealText('translate');
}
