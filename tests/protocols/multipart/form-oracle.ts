import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { boundaryOf, type FormPart, scanForm } from '#core/protocol/multipart.ts';

/** What a scan may say of these bytes: a refusal of ours, or the values that stand between the marks, all of them. */
export function judgeForm(input: Buffer, contentType: string): void {
  let parts: readonly FormPart[];
  try {
    parts = scanForm(input, contentType);
  } catch (thrown) {
    assert.ok(thrown instanceof Fault && thrown.fault === 'request-malformed', String(thrown));
    return;
  }
  const pieces = split(Buffer.concat([Buffer.from('\r\n'), input]), Buffer.from(`\r\n--${boundaryOf(contentType)}`));
  const last = pieces.findIndex((piece) => piece.subarray(0, 2).toString('latin1') === '--');
  const values = pieces.slice(1, last).map((piece) => piece.subarray(piece.indexOf('\r\n\r\n') + 4));
  assert.equal(parts.length, values.length);
  for (const [place, { start, end }] of parts.entries()) {
    assert.ok(start <= end && end <= input.length);
    assert.ok(input.subarray(start, end).equals(values[place] ?? Buffer.of(1)), `value ${place}`);
  }
}

function split(bytes: Buffer, mark: Buffer): readonly Buffer[] {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, from)) {
    pieces.push(bytes.subarray(from, at));
    from = at + mark.length;
  }
  return [...pieces, bytes.subarray(from)];
}
