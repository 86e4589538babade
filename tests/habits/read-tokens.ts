/** TypeScript's text, told apart into code, comments and strings. Enough for rules; a compiler it is not. */
export function readTokens(text: string): { code: string; bare: string; strings: { text: string; line: number }[] } {
  const reader: Reader = { text, at: 0, line: 1, code: '', bare: '', last: '', word: '', strings: [] };
  readCode(reader, undefined);
  return { code: reader.code, bare: reader.bare, strings: reader.strings };
}

type Reader = {
  readonly text: string;
  at: number;
  line: number;
  code: string;
  bare: string;
  /** The last character of code that is not white space, and the word that ended there. */
  last: string;
  word: string;
  readonly strings: { text: string; line: number }[];
};

/** Reads code until its end, or until the brace that closes a template's `${`. */
function readCode(reader: Reader, until: '}' | undefined): void {
  let depth = 0;
  while (reader.at < reader.text.length) {
    const char = reader.text.charAt(reader.at);
    const two = reader.text.slice(reader.at, reader.at + 2);
    if (two === '//') skip(reader, endOfLine(reader));
    else if (two === '/*') skip(reader, after(reader, '*/'));
    else if (char === "'" || char === '"') readString(reader, char);
    else if (char === '`') readTemplate(reader);
    else if (char === '/' && startsPattern(reader)) readPattern(reader);
    else {
      if (char === '{') depth += 1;
      if (char === '}') {
        if (depth === 0 && until) return;
        depth -= 1;
      }
      keep(reader, 1);
    }
  }
}

function readString(reader: Reader, quote: string): void {
  const { line } = reader;
  keep(reader, 1);
  const start = reader.at;
  let end = start;
  while (end < reader.text.length && reader.text[end] !== quote && reader.text[end] !== '\n') {
    end += reader.text[end] === '\\' ? 2 : 1;
  }
  reader.strings.push({ text: reader.text.slice(start, end), line });
  hide(reader, end);
  keep(reader, 1);
}

function readTemplate(reader: Reader): void {
  const { line } = reader;
  let content = '';
  keep(reader, 1);
  while (reader.at < reader.text.length && reader.text[reader.at] !== '`') {
    if (reader.text.startsWith('${', reader.at)) {
      content += ' ';
      keep(reader, 2);
      readCode(reader, '}');
      keep(reader, 1);
    } else {
      const step = reader.text[reader.at] === '\\' ? 2 : 1;
      content += reader.text.slice(reader.at, reader.at + step);
      hide(reader, reader.at + step);
    }
  }
  reader.strings.push({ text: content, line });
  keep(reader, 1);
}

/** A slash begins a regular expression where a value may stand, else it divides. */
function startsPattern(reader: Reader): boolean {
  if (reader.last === '') return true;
  if (/^(return|typeof|case|in|of|yield|await)$/.test(reader.word)) return true;
  return '(,=:[!&|?{};+-*%~^<>'.includes(reader.last);
}

function readPattern(reader: Reader): void {
  let end = reader.at + 1;
  let inClass = false;
  while (end < reader.text.length && reader.text[end] !== '\n') {
    const char = reader.text[end];
    if (char === '\\') end += 1;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) break;
    end += 1;
  }
  keep(reader, 1);
  hide(reader, end);
  keep(reader, 1);
}

function endOfLine(reader: Reader): number {
  const end = reader.text.indexOf('\n', reader.at);
  return end === -1 ? reader.text.length : end;
}

function after(reader: Reader, mark: string): number {
  const end = reader.text.indexOf(mark, reader.at + 2);
  return end === -1 ? reader.text.length : end + mark.length;
}

/** Takes characters as code. */
function keep(reader: Reader, count: number): void {
  const taken = reader.text.slice(reader.at, reader.at + count);
  reader.code += taken;
  reader.bare += taken;
  advance(reader, taken);
  const seen = taken.trim();
  if (seen === '') return;
  const char = seen.charAt(seen.length - 1);
  reader.word = /[\w$]/.test(char) ? (/[\w$]$/.test(reader.bare.slice(-2, -1)) ? reader.word + char : char) : '';
  reader.last = char;
}

/** Takes characters as the inside of a string. */
function hide(reader: Reader, end: number): void {
  const taken = reader.text.slice(reader.at, end);
  reader.code += taken;
  reader.bare += blank(taken);
  advance(reader, taken);
}

/** Takes characters as a comment. */
function skip(reader: Reader, end: number): void {
  const taken = reader.text.slice(reader.at, end);
  reader.code += blank(taken);
  reader.bare += blank(taken);
  advance(reader, taken);
}

function advance(reader: Reader, taken: string): void {
  reader.at += taken.length;
  for (const char of taken) if (char === '\n') reader.line += 1;
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}
