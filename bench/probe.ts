// One ordinary call before the load: a gateway that refuses it would otherwise show only as failed requests.
import type { Candidate } from './candidate.ts';
import { jsonRequest } from './request-bodies.ts';

export async function probe(candidate: Candidate): Promise<Candidate> {
  const reply = await fetch(`${candidate.origin}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...candidate.headers },
    body: jsonRequest(`${candidate.modelPrefix}bench`, 1024),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await reply.text();
  if (reply.status === 200 && text.includes('"completion_tokens":102')) return candidate;
  throw new Error(`it runs, but answers ${reply.status}: ${text.slice(0, 300)}`);
}
