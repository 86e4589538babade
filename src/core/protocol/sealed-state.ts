import { Buffer } from 'node:buffer';
import { Content } from '#core/generation/content.ts';
import type { OpaqueState, StateFamily } from '#core/generation/opaque-state.ts';

// Opaque state of one family on its way through a caller that speaks another family's dialect. It is put into a
// wrapping that says whose it is, in base64 as every dialect's own state is, and comes out of it unchanged.

/** `fairlead:` in base64: nine bytes make twelve letters, so what follows is base64 of its own. */
const mark = 'ZmFpcmxlYWQ6';
const headLetters = mark.length + 4;

const familyLetters = { openai: 'o', anthropic: 'a', google: 'g', other: 'x' } as const satisfies Record<
  StateFamily,
  string
>;
const kindLetters = { signature: 's', redacted: 'r', encrypted: 'e' } as const satisfies Record<
  OpaqueState['kind'],
  string
>;

const heads = new Map<string, Pick<OpaqueState, 'family' | 'kind'>>();
for (const [family, familyLetter] of Object.entries(familyLetters)) {
  for (const [kind, kindLetter] of Object.entries(kindLetters)) {
    heads.set(mark + Buffer.from(`1${familyLetter}${kindLetter}`).toString('base64'), {
      // The keys of the two tables above.
      family: family as StateFamily,
      kind: kind as OpaqueState['kind'],
    });
  }
}

/** How a caller of the dialect of `own` gets this state: raw when it is its own family's, else wrapped. */
export function sealState(state: OpaqueState, own: StateFamily): string {
  const text = state.value.revealText('translate');
  // An upstream's own state that looks like a wrapping must not come out of it as another family's.
  if (state.family === own && !text.startsWith(mark)) return text;
  const head = Buffer.from(`1${familyLetters[state.family]}${kindLetters[state.kind]}`).toString('base64');
  return mark + head + Buffer.from(text, 'utf8').toString('base64');
}

/** What a caller of the dialect of `own` returned: its own family's state as it is, a wrapped one unwrapped. */
export function openState(text: string, own: Pick<OpaqueState, 'family' | 'kind'>): OpaqueState {
  const head = text.startsWith(mark) ? heads.get(text.slice(0, headLetters)) : undefined;
  if (!head) return { ...own, value: Content.ofText(text) };
  return { ...head, value: Content.ofText(Buffer.from(text.slice(headLetters), 'base64').toString('utf8')) };
}

const markBytes = Buffer.from(mark);

/** Whether these bytes hold any wrapped state, before anybody parses them. */
export function hasSealedState(body: Uint8Array): boolean {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).includes(markBytes);
}

/** A wrapped state of another family: an upstream of `own` must not see it. */
export function isForeignState(text: string, own: StateFamily): boolean {
  return text.startsWith(mark) && openState(text, { family: own, kind: 'signature' }).family !== own;
}
