// OpenAI's batches: https://platform.openai.com/docs/api-reference/batch. Their bodies pass as they came.
import { Fault } from '#core/generation/fault.ts';
import { malformed, RequestBody } from '../native-surface/request-body.ts';

const wanted: ReadonlySet<string> = new Set(['input_file_id']);
const idPattern = /^[A-Za-z0-9_-]{1,128}$/;

/** The file that a batch is made from. */
export function batchInput(bytes: Uint8Array): string {
  const id = new RequestBody(bytes, wanted).text('input_file_id');
  if (id === undefined) throw malformed('"input_file_id" is missing');
  if (!idPattern.test(id)) throw new Fault('object-unknown');
  return id;
}
