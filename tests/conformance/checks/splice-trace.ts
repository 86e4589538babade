type Member = { readonly name: string; readonly start: number; readonly value: number; readonly end: number };

/**
 * Whether the spliced text is the old one but for values that were replaced and members that were added: with those
 * undone, byte for byte the same. Nested objects likewise.
 */
export function spliceTrace(before: string, after: string): string | undefined {
  const [, undone] = undo(before, after);
  if (undone === before.trim()) return undefined;
  let at = 0;
  while (at < before.length && before[at] === undone[at]) at += 1;
  return `bytes outside of the splices change at ${at}: ${JSON.stringify(before.slice(at, at + 30))} became ${JSON.stringify(undone.slice(at, at + 30))}`;
}

/** The text after the splices, with each changed value put back and each added member taken out. */
function undo(before: string, after: string): [changed: boolean, text: string] {
  const [old, now] = [membersOf(before.trim()), membersOf(after.trim())];
  let text = after.trim();
  const known = new Map(old.map((member) => [member.name, member]));
  for (const member of now.toReversed()) {
    const was = known.get(member.name);
    if (was === undefined) {
      text = takeOut(text, member, now);
      continue;
    }
    const [oldValue, newValue] = [
      before.trim().slice(was.value, was.end),
      after.trim().slice(member.value, member.end),
    ];
    if (oldValue === newValue) continue;
    const isNested = oldValue.startsWith('{') && newValue.startsWith('{') && oldValue !== '{}';
    const value = isNested ? undo(oldValue, newValue)[1] : oldValue;
    text = text.slice(0, member.value) + value + text.slice(member.end);
  }
  return [text !== after, text];
}

/** With the comma that came with it: the one behind where there is one, else the one before. */
function takeOut(text: string, member: Member, all: readonly Member[]): string {
  const place = all.indexOf(member);
  const next = all[place + 1];
  const previous = all[place - 1];
  if (next && text[member.end] === ',') return text.slice(0, member.start) + text.slice(member.end + 1);
  if (next) return text.slice(0, member.start) + text.slice(next.start);
  return previous
    ? text.slice(0, text.lastIndexOf(',', member.start)) + text.slice(member.end)
    : `${text[0]}${text.slice(member.end)}`;
}

/** The members of the object that a text is, by a reader of its own. */
function membersOf(text: string): Member[] {
  const members: Member[] = [];
  let at = skip(text, 1);
  while (at < text.length && text[at] === '"') {
    const start = at;
    const nameEnd = valueEnd(text, at);
    const value = skip(text, skip(text, nameEnd) + 1);
    const end = valueEnd(text, value);
    members.push({ name: String(JSON.parse(text.slice(start, nameEnd))), start, value, end });
    at = skip(text, end);
    if (text[at] !== ',') break;
    at = skip(text, at + 1);
  }
  return members;
}

function skip(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? '')) at += 1;
  return at;
}

function valueEnd(text: string, from: number): number {
  let depth = 0;
  let at = from;
  for (; at < text.length; at += 1) {
    const letter = text[at] ?? '';
    if (letter === '"') {
      at += 1;
      while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
      if (depth === 0) return at + 1;
    } else if (letter === '{' || letter === '[') depth += 1;
    else if (letter === '}' || letter === ']') {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (letter === ',' || /\s/.test(letter))) return at;
  }
  return at;
}
