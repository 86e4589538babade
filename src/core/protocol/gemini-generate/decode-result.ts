import { Content } from '#core/generation/content.ts';
import type { MediaPart, ToolResult } from '#core/generation/parts.ts';
import { isObject, textOf } from '../json-value.ts';
import { decodeMedia } from './decode-media.ts';
import { itemsOf, memberOf } from './field-names.ts';
import type { Losses } from './losses.ts';

type About = { readonly id: Content; readonly losses: Losses };

/** `response` is an object; Google's words for what stands alone in it are `result`, `output` and `error`. */
export function decodeResult(response: unknown, { id, losses }: About): ToolResult {
  const name = textOf(memberOf(response, 'name'));
  const { text, isError } = readResponse(memberOf(response, 'response'));
  const media = itemsOf(memberOf(response, 'parts')).flatMap((part): readonly MediaPart[] => {
    const medium = decodeMedia(part);
    if (!medium) losses.add('unknown_part');
    return medium ? [medium] : [];
  });
  return {
    id,
    name: name === undefined ? undefined : Content.ofText(name),
    form: 'function',
    parts: [{ kind: 'text', text: Content.ofText(text) }, ...media],
    isError,
  };
}

function readResponse(response: unknown): { readonly text: string; readonly isError: boolean } {
  if (response === undefined) return { text: '', isError: false };
  if (isObject(response)) {
    const [only, ...others] = Object.entries(response);
    if (only && others.length === 0) {
      const [name, value] = only;
      if (name === 'error') return { text: typeof value === 'string' ? value : JSON.stringify(value), isError: true };
      if ((name === 'result' || name === 'output') && typeof value === 'string') return { text: value, isError: false };
    }
  }
  return { text: typeof response === 'string' ? response : JSON.stringify(response), isError: false };
}
