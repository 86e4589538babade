// OpenAI's batches: https://platform.openai.com/docs/api-reference/batch. Their bodies pass as they came, but for our name in them.
import { Buffer } from 'node:buffer';
import { Fault } from '#core/generation/fault.ts';
import { EditedBody } from '../apply-edits.ts';
import { fieldOf, textOf } from '../json-value.ts';
import { malformed, RequestBody } from '../native-surface/request-body.ts';

const wanted: ReadonlySet<string> = new Set(['input_file_id', 'metadata']);
const idPattern = /^[A-Za-z0-9_-]{1,128}$/;
/** The member of a batch's metadata that says which of our operations it is. */
const ourMember = 'fairlead_operation';
const ourMembers: ReadonlySet<string> = new Set([ourMember]);

/** Which of our operations a batch says that it is. */
export function operationIn(batch: unknown): string | undefined {
  return textOf(fieldOf(fieldOf(batch, 'metadata'), ourMember));
}

/** The file that a batch is made from. */
export function batchInput(bytes: Uint8Array): string {
  const body = new RequestBody(bytes, wanted);
  const id = body.text('input_file_id');
  if (id === undefined) throw malformed('"input_file_id" is missing');
  if (!idPattern.test(id)) throw new Fault('object-unknown');
  if (body.inside('metadata', ourMembers)?.has(ourMember)) throw malformed(`"${ourMember}" is a name of our own`);
  return id;
}

/** The same batch with our id in its metadata: what nobody heard of again is found by it. For bodies that were judged. */
export function withOperation(bytes: Uint8Array, operation: string): Uint8Array {
  const body = new RequestBody(bytes, wanted);
  const member = `"${ourMember}":${JSON.stringify(operation)}`;
  const field = body.field('metadata');
  const { open } = Object.fromEntries(body.spansOf(['metadata']));
  if (field) {
    const inner = Buffer.from(bytes.buffer, bytes.byteOffset + field.start + 1, field.end - field.start - 2);
    const isEmpty = inner.toString('utf8').trim() === '';
    const place = { start: field.start + 1, end: field.start + 1 };
    return new EditedBody(bytes, [{ ...place, text: isEmpty ? member : `${member},` }], []).bytes;
  }
  const nothing = body.spansOf(['metadata']).get('metadata');
  if (nothing) return new EditedBody(bytes, [{ ...nothing, text: `{${member}}` }], []).bytes;
  return new EditedBody(bytes, [{ start: open?.start ?? 1, end: open?.end ?? 1, text: `"metadata":{${member}},` }], [])
    .bytes;
}
