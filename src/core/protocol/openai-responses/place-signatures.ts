import type { OpaqueState } from '#core/generation/opaque-state.ts';
import type { AssistantPart } from '#core/generation/parts.ts';

/**
 * This API has no place for the signature of a text or a call. On its way to a caller it is a reasoning item of its own,
 * without text: before the call, or after the text, that it proves. Here it goes back to where it belongs.
 */
export function placeSignatures(parts: readonly AssistantPart[]): readonly AssistantPart[] {
  const placed: AssistantPart[] = [];
  let forCall: OpaqueState | undefined;
  for (const [i, part] of parts.entries()) {
    const state = looseSignature(part);
    const next = parts[i + 1];
    const before = placed.at(-1);
    if (state && next?.kind === 'tool-call') forCall = state;
    else if (state && before?.kind === 'text' && !before.state) placed[placed.length - 1] = { ...before, state };
    else if (forCall && part.kind === 'tool-call') {
      placed.push({ ...part, state: forCall });
      forCall = undefined;
    } else placed.push(part);
  }
  return placed;
}

/** Anthropic signs reasoning alone, also where it does not show it. */
function looseSignature(part: AssistantPart): OpaqueState | undefined {
  if (part.kind !== 'reasoning' || part.text.byteLength > 0) return undefined;
  return part.state?.kind === 'signature' && part.state.family !== 'anthropic' ? part.state : undefined;
}
