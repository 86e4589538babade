import { BodyEdits, commonSplices, spliceCommon } from '../native-surface/body-edits.ts';
import type { RequestFacts, SplicedRequest, UpstreamAsk } from '../protocol.ts';

/** Everything that is changed in a caller's bytes; docs/reference/splices.md is made from this table. */
export const requestSplices = [
  ...commonSplices,
  {
    field: 'stream_options.include_usage',
    when: 'the request streams and did not ask for usage',
    why: 'every token is counted; the extra chunk is hidden from the caller again',
  },
  {
    field: 'max_tokens',
    when: 'the caller names no limit, or a larger one than the endpoint or the money allows',
    why: 'a hold is an upper bound, so output needs one; who names none gets 16, as at OpenAI',
  },
] as const;

export function spliceRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  const edits = new BodyEdits(body, facts.spans);
  spliceCommon(edits, body, facts, ask);
  if (facts.stream && !facts.wantsUsage) spliceUsage(facts, edits);
  const limit = facts.spans.get('max_tokens');
  const isNamed = limit !== undefined && body[limit.start] !== 0x6e;
  if (!isNamed || facts.outputLimit === undefined || facts.outputLimit > ask.outputLimit) {
    edits.put('max_tokens', String(ask.outputLimit));
  }
  return edits.apply();
}

function spliceUsage({ spans }: RequestFacts, edits: BodyEdits): void {
  const splice = 'stream_options.include_usage';
  const options = spans.get('stream_options');
  const isEmpty = !options || spans.has('stream_options.empty') || options.end - options.start <= 4;
  if (spans.has(splice)) edits.put(splice, 'true');
  else if (isEmpty) edits.put('stream_options', '{"include_usage":true}', splice);
  else {
    const start = options.start + 1;
    edits.edit({ start, end: start }, '"include_usage":true,');
    edits.splices.push(splice);
  }
}
