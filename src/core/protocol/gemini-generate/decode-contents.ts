import { Content } from '#core/generation/content.ts';
import { Fault } from '#core/generation/fault.ts';
import type { AssistantPart, TextPart, ToolResult, UserPart } from '#core/generation/parts.ts';
import type { Message } from '#core/generation/request.ts';
import { isObject, textOf } from '../json-value.ts';
import { CallIds } from './call-ids.ts';
import { decodeModelPart, decodeUserPart } from './decode-parts.ts';
import { decodeResult } from './decode-result.ts';
import { itemsOf, memberOf } from './field-names.ts';
import { joinParts } from './join-parts.ts';
import type { Losses } from './losses.ts';

/** One block for each part. The instruction may also be a mere text, as the SDKs take it. */
export function decodeSystem(instruction: unknown, losses: Losses): readonly Message[] {
  const parts = partsOf(instruction).flatMap((part): readonly TextPart[] => {
    const text = typeof part === 'string' ? part : textOf(memberOf(part, 'text'));
    if (text === undefined) losses.add('unknown_part');
    return text === undefined || text === '' ? [] : [{ kind: 'text', text: Content.ofText(text) }];
  });
  return parts.length > 0 ? [{ role: 'system', parts }] : [];
}

/** Turns of one side that follow one another become one message: SDKs keep each chunk of a stream as a turn. */
export function decodeContents(contents: unknown, losses: Losses): readonly Message[] {
  const messages: OpenMessage[] = [];
  const ids = new CallIds();
  itemsOf(contents).forEach((content, at) => {
    const turn = { parts: partsOf(content), at, losses, ids };
    const role = textOf(memberOf(content, 'role')) ?? 'user';
    if (role === 'model') addModelTurn(messages, turn);
    else if (role === 'user' || role === 'function') addUserTurn(messages, turn);
    else throw new Fault('request-malformed', { reason: 'a "role" in "contents" is neither "user" nor "model"' });
  });
  return messages.map((message) =>
    message.role === 'assistant' ? { ...message, parts: joinParts(message.parts) } : message,
  );
}

/** While turns of one side are joined, their lists grow. */
type OpenMessage =
  | Exclude<Message, { role: 'assistant' | 'tool' }>
  | { readonly role: 'assistant'; readonly parts: AssistantPart[] }
  | { readonly role: 'tool'; readonly results: ToolResult[] };

type Turn = {
  readonly parts: readonly unknown[];
  readonly at: number;
  readonly losses: Losses;
  readonly ids: CallIds;
};

/** A content that is a mere text is one part. */
function partsOf(content: unknown): readonly unknown[] {
  return typeof content === 'string' ? [content] : itemsOf(memberOf(content, 'parts'));
}

function addModelTurn(messages: OpenMessage[], { parts, at, losses, ids }: Turn): void {
  const decoded = parts.flatMap((part, place): readonly AssistantPart[] => {
    const name = textOf(memberOf(memberOf(part, 'functionCall'), 'name'));
    const id = name === undefined ? undefined : ids.called(memberOf(part, 'functionCall'), `call_${at}_${place}`);
    const one = decodeModelPart(part, id, losses);
    return one === undefined ? [] : [one];
  });
  const last = messages.at(-1);
  if (last?.role === 'assistant') for (const part of decoded) last.parts.push(part);
  else if (decoded.length > 0) messages.push({ role: 'assistant', parts: [...decoded] });
}

function addUserTurn(messages: OpenMessage[], { parts, at, losses, ids }: Turn): void {
  const results: ToolResult[] = [];
  const others: UserPart[] = [];
  parts.forEach((part, place) => {
    const response = memberOf(part, 'functionResponse');
    if (isObject(response)) {
      results.push(decodeResult(response, { id: ids.answered(response, `call_${at}_${place}`), losses }));
      return;
    }
    const one = decodeUserPart(part, losses);
    if (one !== undefined) others.push(one);
  });
  const last = messages.at(-1);
  if (results.length > 0) {
    if (last?.role === 'tool') for (const result of results) last.results.push(result);
    else messages.push({ role: 'tool', results });
  }
  if (others.length > 0 || results.length === 0) messages.push({ role: 'user', parts: others });
}
