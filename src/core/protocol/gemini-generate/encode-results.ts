import type { AssistantPart, ToolResult } from '#core/generation/parts.ts';
import { isObject } from '../json-value.ts';
import { parseObject } from './call-arguments.ts';
import { encodeMedia, type GeminiPart, type PartWork } from './encode-parts.ts';

type Call = Extract<AssistantPart, { kind: 'tool-call' }>;

/**
 * The results of one turn's calls in the order of the calls, then the media that they held, then what answers no call.
 * Google counts: a call without a result gets one that says so.
 */
export function encodeResults(calls: readonly Call[], results: readonly ToolResult[], work: PartWork): GeminiPart[] {
  const left = new Map<string, ToolResult[]>();
  for (const result of results) {
    const id = result.id.revealText('translate');
    const others = left.get(id);
    if (others) others.push(result);
    else left.set(id, [result]);
  }
  const responses: GeminiPart[] = [];
  const media: GeminiPart[] = [];
  for (const call of calls) {
    const id = call.id.revealText('translate');
    const result = left.get(id)?.shift();
    const name = work.names.toGoogle(call.name.revealText('translate'));
    const response = result ? responseOf(result) : { error: 'no result was given' };
    responses.push({ functionResponse: { id, name, response } });
    if (result) media.push(...mediaOf(result, work));
  }
  const orphans = [...left.values()].flat().flatMap((result) => {
    work.losses.add('unknown_part');
    const text = textOf(result);
    return [...(text === '' ? [] : [{ text }]), ...mediaOf(result, work)];
  });
  return [...responses, ...media, ...orphans];
}

function mediaOf(result: ToolResult, work: PartWork): readonly GeminiPart[] {
  if (result.cache) work.losses.add('cache_control');
  return result.parts.flatMap((part) => {
    if (part.cache) work.losses.add('cache_control');
    return part.kind === 'media' ? [encodeMedia(part, work)] : [];
  });
}

function textOf(result: ToolResult): string {
  const texts = result.parts.flatMap((part) => (part.kind === 'text' ? [part.text.revealText('translate')] : []));
  return texts.join('\n');
}

/** An object passes as it is; all else stands in one. */
function responseOf(result: ToolResult): unknown {
  const text = textOf(result);
  if (result.isError) return { error: text };
  const value = parseObject(text);
  return value === undefined || hasReference(value) ? { result: text } : value;
}

/** Google takes these for references to parts of the result, and refuses those that lead nowhere. */
function hasReference(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(hasReference);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([key, inner]) => key === '$ref' || key === '$defs' || hasReference(inner));
}
