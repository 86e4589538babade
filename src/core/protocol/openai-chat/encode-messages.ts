import { Content } from '#core/generation/content.ts';
import type { MediaPart, TextPart, ToolResult, UserPart } from '#core/generation/parts.ts';
import type { Message } from '#core/generation/request.ts';
import { encodeAssistant } from './encode-assistant.ts';
import { type EncodeAbout, encodeContent } from './encode-parts.ts';
import { pairResults } from './pair-results.ts';
import { toUpstreamId } from './upstream-names.ts';

export function encodeMessages(messages: readonly Message[], about: EncodeAbout): readonly object[] {
  const paired = pairResults(messages, about.losses);
  const first = paired.findIndex(({ role }) => role !== 'system' && role !== 'developer');
  const leading = first < 0 ? paired : paired.slice(0, first);
  const later = first < 0 ? [] : paired.slice(first);
  const last = later.at(-1);
  if (last?.role === 'assistant' && !about.quirks.takes.has('prefill')) about.losses.add('assistant_prefill');
  return [...encodeLeading(leading, about), ...mergeUsers(later, about).flatMap((each) => encodeMessage(each, about))];
}

type SystemMessage = Extract<Message, { role: 'system' | 'developer' }>;

function encodeLeading(leading: readonly Message[], about: EncodeAbout): readonly object[] {
  const messages = leading.filter(isSystem);
  if (about.quirks.system === 'anywhere' || messages.length < 2) {
    return messages.map((message) => encodeSystem(message, about));
  }
  return [encodeSystem({ role: 'system', parts: messages.flatMap(({ parts }) => parts) }, about)];
}

function isSystem(message: Message): message is SystemMessage {
  return message.role === 'system' || message.role === 'developer';
}

function encodeSystem(message: SystemMessage, about: EncodeAbout): object {
  const role = about.quirks.hasDeveloper ? message.role : 'system';
  return { role, content: encodeContent(message.parts, about), ...encodeName(message, about) };
}

/**
 * What a tool showed goes to the user's next words, since a tool message takes text alone; and what the template takes
 * from the system only at the front is said by the user where it stands. No two messages of a user follow one another
 * because of that.
 */
function mergeUsers(messages: readonly Message[], about: EncodeAbout): readonly Message[] {
  const merged: Message[] = [];
  let shown: readonly UserPart[] = [];
  for (const message of messages) {
    if (message.role === 'tool') shown = message.results.flatMap(shownBy);
    const isLate = isSystem(message) && about.quirks.system === 'first';
    if (isLate || message.role === 'user') {
      const parts = isLate ? [reminderOf(message.parts)] : message.parts;
      merged.push({ ...message, role: 'user', parts: [...shown, ...parts] });
      shown = [];
    } else {
      if (message.role === 'assistant') shown = flush(merged, shown);
      merged.push(message);
    }
  }
  flush(merged, shown);
  return merged;
}

function flush(merged: Message[], shown: readonly UserPart[]): readonly UserPart[] {
  if (shown.length > 0) merged.push({ role: 'user', parts: shown });
  return [];
}

function shownBy({ id, parts }: ToolResult): readonly UserPart[] {
  const media = parts.filter((part): part is MediaPart => part.kind === 'media');
  if (media.length === 0) return [];
  const words = `What the tool gave for call ${id.revealText('translate')}:`;
  return [{ kind: 'text', text: Content.ofText(words) }, ...media];
}

function reminderOf(parts: readonly TextPart[]): TextPart {
  const text = parts.map((part) => part.text.revealText('translate')).join('\n\n');
  return { kind: 'text', text: Content.ofText(`<system-reminder>\n${text}\n</system-reminder>`) };
}

function encodeMessage(message: Message, about: EncodeAbout): readonly object[] {
  switch (message.role) {
    case 'system':
    case 'developer':
      return [encodeSystem(message, about)];
    case 'user':
      return [{ role: 'user', content: encodeUser(message.parts, about), ...encodeName(message, about) }];
    case 'assistant':
      return [{ ...encodeAssistant(message.parts, about), ...encodeName(message, about) }];
    case 'tool':
      return message.results.map((result) => encodeResult(result, about));
  }
}

function encodeUser(parts: readonly UserPart[], about: EncodeAbout): string | readonly object[] {
  const known = parts.filter((part): part is TextPart | MediaPart => part.kind !== 'foreign');
  if (known.length < parts.length) about.losses.add('unknown_part');
  return encodeContent(known, about);
}

function encodeResult(result: ToolResult, about: EncodeAbout): object {
  if (result.isError) about.losses.add('tool_result_error');
  const texts = result.parts.filter((part): part is TextPart => part.kind === 'text');
  const last = texts.at(-1);
  if (result.cache && !last) about.losses.add('cache_control');
  const marked = result.cache && last ? [...texts.slice(0, -1), { ...last, cache: result.cache }] : texts;
  return {
    role: 'tool',
    tool_call_id: toUpstreamId(result.id.revealText('translate'), about.quirks.callId),
    content: encodeContent(marked, about),
  };
}

function encodeName(message: { readonly name?: Content | undefined }, { quirks, losses }: EncodeAbout): object {
  if (message.name === undefined) return {};
  if (quirks.takes.has('message_name')) return { name: message.name.revealText('translate') };
  losses.add('message_name');
  return {};
}
