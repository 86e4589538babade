// OpenAI's moderations: https://platform.openai.com/docs/api-reference/moderations.
import { spliceInputRequest } from '../native-surface/body-edits.ts';
import { measureInput } from '../native-surface/measure-input.ts';
import { nativeSurface } from '../native-surface/native-surface.ts';
import { inputFacts, malformed, RequestBody } from '../native-surface/request-body.ts';
import { countAt, firstObject, inputUsage, listAnswer, readWhole, smallObject } from '../native-surface/whole-reply.ts';
import type { Protocol, ReplyFacts, RequestFacts } from '../protocol.ts';

export const openaiModerations: Protocol = nativeSurface({
  path: '/moderations',
  readRequest,
  spliceRequest: spliceInputRequest,
  readReply,
});

/** Who names no model means this one. */
const modelDefault = 'omni-moderation-latest';

const spliced = ['model', 'user', 'safety_identifier'] as const;
const wanted: ReadonlySet<string> = new Set([...spliced, 'input']);

function readRequest(bytes: Uint8Array): RequestFacts {
  const body = new RequestBody(bytes, wanted);
  const input = body.needed('input');
  if (input.kind !== 'string' && input.kind !== 'array') throw malformed('"input" is neither a text nor a list');
  return inputFacts({
    model: body.text('model') ?? modelDefault,
    input: measureInput(bytes, input),
    spans: body.spansOf(spliced),
  });
}

const replied: ReadonlySet<string> = new Set(['results', 'usage', 'error']);
const result: ReadonlySet<string> = new Set(['flagged', 'categories']);

/** OpenAI tells no usage here; some compatible ones do. */
function readReply(body: Uint8Array): ReplyFacts {
  return readWhole(body, replied, (fields) => {
    const results = fields.get('results');
    if (results?.kind !== 'array') return undefined;
    const usage = smallObject(body, fields.get('usage'));
    const isThere = (firstObject(body, results, result)?.size ?? 0) > 0;
    return listAnswer(isThere, inputUsage(countAt(usage, 'prompt_tokens'), countAt(usage, 'total_tokens')));
  });
}
