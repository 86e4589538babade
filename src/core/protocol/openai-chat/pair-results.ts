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
    const next = messages.findIndex((each, index) => index > at && each.role === 'assistant');
    const end = next < 0 ? messages.length : next;
    const isTurn = message?.role === 'assistant';
    const rest = messages.slice(isTurn ? at + 1 : at, end);
    const results = rest.flatMap((each) => (each.role === 'tool' ? each.results : []));
    if (isTurn) paired.push(message);
    const wanted = isTurn ? callsOf(message) : [];
    const given = wanted.map((call) => resultOf(call, results));
    if (given.length > 0) paired.push({ role: 'tool', results: given });
    const orphans = results.filter((result) => !given.includes(result));
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

function resultOf(call: Call, results: readonly ToolResult[]): ToolResult {
  const result = results.find(({ id }) => textOf(id) === call.id);
  return (
    result ?? {
      id: Content.ofText(call.id),
      form: call.form,
      parts: [{ kind: 'text', text: Content.ofText('no result was given') }],
      isError: false,
    }
  );
}

function toUserParts({ parts }: ToolResult): readonly UserPart[] {
  return [{ kind: 'text', text: Content.ofText('The result of a tool:') }, ...parts];
}

function textOf(content: Content): string {
  return content.revealText('translate');
}
