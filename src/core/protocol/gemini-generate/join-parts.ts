import { Content } from '#core/generation/content.ts';
import type { AssistantPart } from '#core/generation/parts.ts';

/**
 * A streamed answer comes back from its caller in as many parts as there were chunks: thoughts, and texts, that follow
 * one another are one. What proves a part ends it; an empty text that proves nothing goes.
 */
export function joinParts(parts: readonly AssistantPart[]): readonly AssistantPart[] {
  const joined: AssistantPart[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const both = last && joinTwo(last, part);
    if (both) joined[joined.length - 1] = both;
    else joined.push(part);
  }
  const said = joined.filter((part) => part.kind !== 'text' || part.state !== undefined || part.text.byteLength > 0);
  return said.length > 0 ? said : joined.slice(0, 1);
}

function joinTwo(last: AssistantPart, next: AssistantPart): AssistantPart | undefined {
  if (last.kind === 'reasoning' && next.kind === 'reasoning' && last.state === undefined) {
    return { ...next, text: joinTexts(last.text, next.text) };
  }
  // Google asks not to join a text that is signed with one that is not.
  if (last.kind === 'text' && next.kind === 'text' && last.state === undefined && next.state === undefined) {
    return { ...next, text: joinTexts(last.text, next.text) };
  }
  return undefined;
}

function joinTexts(first: Content, second: Content): Content {
  return Content.ofText(first.revealText('translate') + second.revealText('translate'));
}
