import { excludedBy, type Fault } from '#core/generation/fault.ts';

/** OpenAI's error body. Our wording, plus the upstream's own code where a caller's program may wait for it. */
export function encodeFault(fault: Fault): { status: number; body: string } {
  return { status: fault.row.status, body: JSON.stringify({ error: errorOf(fault) }) };
}

/**
 * The terminal error of a stream: the official SDK throws on it. A blank line first, so that a half event of the
 * upstream cannot swallow it; no `[DONE]` after it, since nothing was done.
 */
export function encodeStreamFault(fault: Fault): string {
  return `\n\ndata: ${JSON.stringify({ error: errorOf(fault) })}\n\n`;
}

function errorOf(fault: Fault) {
  const upstreamCode = fault.row.blame === 'caller' ? fault.details.code : undefined;
  const code = typeof upstreamCode === 'string' && upstreamCode !== 'unknown' ? upstreamCode : fault.row.code;
  const excluded = excludedBy(fault);
  const why = excluded ? { excluded_by: excluded } : {};
  return { message: fault.sentence, type: fault.row.type, param: null, code, ...why };
}
