import { isForeignState } from '../sealed-state.ts';
import { toCamel } from './field-names.ts';
import { cutsOf, type Edit, itemSpans, type MemberSpan, memberSpans, type Span, textAt } from './json-spans.ts';
import { needsSignedCalls, unsignedCallMark } from './model-quirks.ts';

/** Takes thought signatures of other families out of a caller's bytes. Only for bodies that hold any wrapped state. */
export function editsOfForeignState(body: Uint8Array, contents: Span, model: string): readonly Edit[] {
  const edits: Edit[] = [];
  const all = itemSpans(body, contents);
  const emptied = new Set<number>();
  all.forEach((content, at) => {
    const parts = memberSpans(body, content).find(({ name }) => name === 'parts');
    if (parts && editParts(body, parts.value, { model, edits })) emptied.add(at);
  });
  // A content that loses all its parts goes too: the API refuses an empty one.
  const isList = body[contents.start] === 0x5b;
  if (isList) for (const cut of cutsOf(all, (at) => emptied.has(at))) edits.push({ ...cut, text: '' });
  return edits;
}

type Work = { readonly model: string; readonly edits: Edit[] };

/** True when none of the parts is left; then nothing is edited here. */
function editParts(body: Uint8Array, parts: Span, { model, edits }: Work): boolean {
  const all = itemSpans(body, parts);
  const gone = new Set<number>();
  const inside: Edit[] = [];
  all.forEach((part, at) => {
    const members = memberSpans(body, part);
    const isForeign = members.map((member) => isForeignSignature(body, member));
    if (!isForeign.includes(true)) return;
    if (isThoughtAlone(body, members)) gone.add(at);
    else inside.push(...editMembers(members, isForeign, model));
  });
  if (gone.size === all.length) return true;
  for (const cut of cutsOf(all, (at) => gone.has(at))) inside.push({ ...cut, text: '' });
  edits.push(...inside);
  return false;
}

function editMembers(members: readonly MemberSpan[], isForeign: readonly boolean[], model: string): readonly Edit[] {
  const isCall = members.some(({ name }) => toCamel(name) === 'functionCall');
  const first = isForeign.indexOf(true);
  const signature = members[first];
  if (isCall && signature && needsSignedCalls(model)) {
    const others = cutsOf(members, (at) => at !== first && isForeign[at] === true);
    return [{ ...signature.value, text: `"${unsignedCallMark}"` }, ...others.map((cut) => ({ ...cut, text: '' }))];
  }
  return cutsOf(members, (at) => isForeign[at] === true).map((cut) => ({ ...cut, text: '' }));
}

function isForeignSignature(body: Uint8Array, { name, value }: MemberSpan): boolean {
  if (toCamel(name) !== 'thoughtSignature') return false;
  const text = textAt(body, value);
  return text !== undefined && isForeignState(text, 'google');
}

/** A thought, or an empty text that was there for its signature. */
function isThoughtAlone(body: Uint8Array, members: readonly MemberSpan[]): boolean {
  const isThought = members.some(({ name, value }) => name === 'thought' && body[value.start] === 0x74);
  return members.every(({ name, value }) => {
    switch (toCamel(name)) {
      case 'thought':
      case 'thoughtSignature':
        return true;
      case 'text':
        return isThought || value.end - value.start === 2;
      default:
        return false;
    }
  });
}
