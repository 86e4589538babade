import { BodyEdits } from '../native-surface/body-edits.ts';
import type { RequestFacts, SplicedRequest, UpstreamAsk } from '../protocol.ts';
import { modelSpans } from './read-request.ts';

/** Everything that is changed in a caller's bytes; docs/reference/splices.md is made from this table. */
export const requestSplices = [
  {
    field: 'model',
    when: 'the body names it, at its top or in a request of a batch, and the upstream knows it by another name',
    why: 'it must be the one of the address, and that is the name which the upstream knows',
  },
] as const;

export function spliceRequest(body: Uint8Array, facts: RequestFacts, ask: UpstreamAsk): SplicedRequest {
  const edits = new BodyEdits(body, facts.spans);
  if (facts.model === ask.model) return edits.apply();
  const requests = facts.spans.get('requests');
  const own = facts.spans.get('model');
  const places = [...(own ? [own] : []), ...(requests ? modelSpans(body, requests) : [])];
  for (const place of places) edits.edit(place, JSON.stringify(`models/${ask.model}`));
  if (places.length > 0) edits.splices.push('model');
  return edits.apply();
}
