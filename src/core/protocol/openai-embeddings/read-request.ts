import { measureInput } from '../native-surface/measure-input.ts';
import { inputFacts, malformed, RequestBody } from '../native-surface/request-body.ts';
import type { RequestFacts } from '../protocol.ts';

const spliced = ['model', 'user', 'safety_identifier'] as const;
const wanted: ReadonlySet<string> = new Set([...spliced, 'input']);

export function readRequest(bytes: Uint8Array): RequestFacts {
  const body = new RequestBody(bytes, wanted);
  const model = body.text('model');
  if (model === undefined) throw malformed('"model" is missing');
  const input = body.needed('input');
  if (input.kind !== 'string' && input.kind !== 'array') throw malformed('"input" is neither a text nor a list');
  const facts = inputFacts({ model, input: measureInput(bytes, input), spans: body.spansOf(spliced) });
  return { ...facts, nativeOnly: undefined };
}
