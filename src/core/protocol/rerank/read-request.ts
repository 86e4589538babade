import { measureInput } from '../native-surface/measure-input.ts';
import { inputFacts, malformed, RequestBody } from '../native-surface/request-body.ts';
import type { RequestFacts } from '../protocol.ts';

const spliced = ['model', 'user', 'safety_identifier'] as const;
const wanted: ReadonlySet<string> = new Set([...spliced, 'query', 'documents']);
const bytesPerToken = 4;

export function readRequest(bytes: Uint8Array): RequestFacts {
  const body = new RequestBody(bytes, wanted);
  const model = body.text('model');
  if (model === undefined) throw malformed('"model" is missing');
  const query = body.needed('query');
  if (query.kind !== 'string' && query.kind !== 'object') throw malformed('"query" is not a text');
  const documents = body.needed('documents');
  if (documents.kind !== 'array') throw malformed('"documents" is not a list');
  const asked = measureInput(bytes, query);
  const given = measureInput(bytes, documents);
  // A model reads the query anew with each document, and most providers bill it so: https://jina.ai/reranker.
  const again = Math.max(0, given.items - 1);
  const queryBytes = query.end - query.start;
  const input = {
    isOpen: asked.isOpen || given.isOpen,
    bytes: asked.bytes + given.bytes,
    tokensMax: asked.tokensMax + given.tokensMax + again * (queryBytes - asked.bytes + asked.tokensMax),
    tokensLikely:
      asked.tokensLikely +
      given.tokensLikely +
      again * (Math.ceil((queryBytes - asked.bytes) / bytesPerToken) + asked.tokensLikely),
  };
  return inputFacts({ model, input, spans: body.spansOf(spliced) });
}
