import type { ErrorCode } from 'yaml';
import { ConfigProblem } from './config-problem.ts';

/** The library's messages quote the file, and the file may hold a secret: so our own words, by code. */
const says: Partial<Record<ErrorCode, string>> = {
  TAB_AS_INDENT: 'a tab stands where YAML wants spaces: indent with spaces.',
  BAD_INDENT: 'the indentation does not fit the lines above: line it up with its neighbours.',
  MISSING_CHAR: 'a quote, bracket, brace, comma or colon is missing: close what was opened on this line or above.',
  MULTIPLE_DOCS: 'a second document begins here: keep one document, without "---" in the middle.',
  TAG_RESOLVE_FAILED: 'a tag that begins with "!" is not understood here: remove the tag.',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins no known escape: use single quotes, or double the backslash.',
  BAD_SCALAR_START: 'a value begins with a character that YAML keeps for itself: put the value in quotes.',
  BLOCK_AS_IMPLICIT_KEY:
    'a section begins on the line of another setting: begin it on a line of its own, or put the value in quotes.',
  MULTILINE_IMPLICIT_KEY: 'a name goes over several lines: a colon is probably missing after it.',
  RESOURCE_EXHAUSTION: 'the file is nested too deeply: write it again more simply.',
  UNEXPECTED_TOKEN:
    'something stands here that YAML does not expect: check quotes, brackets and the colon after each name.',
};

export function yamlProblem(code: ErrorCode, at: { readonly name: string; readonly line: number }): ConfigProblem {
  const sentence = says[code] ?? 'this is not YAML: check indentation, quotes and the colon after each name.';
  return new ConfigProblem(`${at.name}, line ${at.line}: ${sentence}`);
}
