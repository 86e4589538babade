// A word is a token here: everything between white space, so that a test can count by eye what it must be charged.
export function countWords(text: string): number {
  let words = 0;
  let inside = false;
  for (let at = 0; at < text.length; at += 1) {
    const space = isSpace(text.charCodeAt(at));
    if (!space && !inside) words += 1;
    inside = !space;
  }
  return words;
}

/** The words of a text with the white space before each, so that joined they are the text again. At most `wordsMax`. */
export function splitWords(text: string, wordsMax: number): string[] {
  const words: string[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length && words.length < wordsMax) {
    while (at < text.length && isSpace(text.charCodeAt(at))) at += 1;
    while (at < text.length && !isSpace(text.charCodeAt(at))) at += 1;
    words.push(text.slice(start, at));
    start = at;
  }
  const last = words.at(-1);
  if (last !== undefined && last.trim() === '') words.pop();
  return words;
}

/** `count` words of a text that begins again when it ends. */
export function repeatWords(text: string, count: number): string[] {
  const source = splitWords(text, Number.MAX_SAFE_INTEGER);
  return Array.from({ length: count }, (_, index) => {
    const word = (source[index % source.length] ?? 'word').trim();
    return index === 0 ? word : ` ${word}`;
  });
}

// Written by hand: a regular expression over megabytes of blanks would take quadratic time.
function isSpace(code: number): boolean {
  if (code <= 32) return code === 32 || (code >= 9 && code <= 13);
  if (code < 160) return false;
  return code === 0xa0 || (code >= 0x2000 && code <= 0x200a) || code === 0x2028 || code === 0x2029 || code === 0x3000;
}
