import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { type JsonScanResult, scanJsonObject } from '#core/protocol/json-scan.ts';
import { isObject, judgeJson, membersOf } from './json-oracle.ts';

export const wanted: ReadonlySet<string> = new Set(['model', 'stream', 'messages', 'stream_options', 'a']);

/** Fails unless the scanner says of these bytes what JSON.parse says. */
export function judgeScan(body: Uint8Array): void {
  const result = scanJsonObject(body, wanted);
  const truth = judgeJson(body);
  const refusal = result.ok ? 'none' : result.why;
  // A refusal may come before the whole text was read: for its depth, or for a name that stands twice.
  if (truth.kind === 'invalid' || truth.kind === 'very-deep')
    assert.match(refusal, /^(invalid|too-deep|duplicate-field)$/);
  else if (truth.kind === 'empty') assert.equal(refusal, 'empty');
  else if (refusal === 'duplicate-field') judgeTwins(truth.text);
  else if (truth.depth > 64) assert.equal(refusal, 'too-deep');
  else if (!isObject(truth.value)) assert.equal(refusal, 'not-an-object');
  else judgeFields(result, { body, text: truth.text, value: truth.value });
}

function judgeTwins(text: string): void {
  const names = membersOf(text).flatMap(({ name }) => (wanted.has(name) ? [name] : []));
  assert.notEqual(new Set(names).size, names.length, 'no wanted name stands twice');
}

type Truth = {
  readonly body: Uint8Array;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
};

function judgeFields(result: JsonScanResult, { body, text, value }: Truth): void {
  assert.ok(result.ok, 'a valid object was refused');
  const markBytes = body.length - Buffer.byteLength(text);
  const members = membersOf(text);
  const expected = members
    .filter(({ name }) => wanted.has(name))
    .map(({ name, keyStart, start, end }) => ({
      name,
      kind: kindOf(value[name]),
      keyStart: keyStart + markBytes,
      start: start + markBytes,
      end: end + markBytes,
    }));
  assert.deepEqual(
    [...result.fields].map(([name, field]) => ({ name, ...field })),
    expected,
  );
  assert.equal(result.isEmpty, members.length === 0);
  const whole = Buffer.from(body).toString('utf8', result.start, result.end);
  assert.equal(whole, text.trim());
  for (const [name, { start, end }] of result.fields) {
    assert.deepEqual(JSON.parse(Buffer.from(body).toString('utf8', start, end)), value[name]);
  }
}

function kindOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'array' : typeof value;
}
