import type { Fault } from '#core/generation/fault.ts';
import type { Usage } from '#core/generation/usage.ts';
import { encodeUsage } from './usage.ts';

/** OpenAI's error body. Our wording, plus the upstream's own code where a caller's program may wait for it. */
export function encodeFault(fault: Fault): { status: number; body: string } {
  const error = { message: fault.sentence, type: fault.row.type, param: null, code: faultCode(fault) };
  return { status: fault.row.status, body: JSON.stringify({ error }) };
}

/** What is known of a response whose end has to be told. */
type BrokenResponse = {
  readonly id: string;
  readonly createdAt: number;
  readonly model: string;
  readonly sequence: number;
};

/**
 * The terminal error of a stream: Codex waits for it. A blank line first, so that a half event of the upstream cannot
 * swallow it.
 */
export function encodeFailedEvent(fault: Fault, response: object, sequence: number): string {
  const failed = {
    ...response,
    status: 'failed',
    error: { code: faultCode(fault), message: fault.sentence },
    incomplete_details: null,
    output: [],
    output_text: '',
    usage: null,
  };
  const data = { type: 'response.failed', response: failed, sequence_number: sequence };
  return `\n\nevent: response.failed\ndata: ${JSON.stringify(data)}\n\n`;
}

/** The same where nobody knows what was asked: a stream that goes on as it came, or has shown nothing yet. */
export function encodeBrokenStream(fault: Fault, broken: BrokenResponse): string {
  return encodeFailedEvent(fault, bareResponse(broken), broken.sequence);
}

/** The end of a stream that is stopped at its limit. What its items were is with the caller: nothing of them is kept. */
export function encodeLimitedStream(usage: Usage, limited: BrokenResponse): string {
  const response = {
    ...bareResponse(limited),
    status: 'incomplete',
    error: null,
    incomplete_details: { reason: 'max_output_tokens' },
    output: [],
    output_text: '',
    usage: encodeUsage(usage),
  };
  const data = { type: 'response.incomplete', response, sequence_number: limited.sequence };
  return `event: response.incomplete\ndata: ${JSON.stringify(data)}\n\n`;
}

function bareResponse({ id, createdAt, model }: BrokenResponse) {
  return {
    id,
    object: 'response',
    created_at: createdAt,
    status: 'failed',
    access_programs: null,
    background: false,
    completed_at: null,
    frequency_penalty: 0,
    instructions: null,
    max_output_tokens: null,
    max_tool_calls: null,
    metadata: {},
    model,
    parallel_tool_calls: true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: null,
    reasoning: { effort: null, summary: null },
    safety_identifier: null,
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_logprobs: 0,
    top_p: 1,
    truncation: 'disabled',
  };
}

export function encodeStreamFault(fault: Fault, generation: string): string {
  return encodeBrokenStream(fault, unseenResponse(generation));
}

/** A response of which the caller has seen nothing. */
export function unseenResponse(generation: string): BrokenResponse {
  return { id: responseId(generation), createdAt: timeOf(generation), model: '', sequence: 0 };
}

export function responseId(generation: string): string {
  return `resp_${generation.slice(4)}`;
}

const digits = '0123456789abcdefghjkmnpqrstvwxyz';

/** Epoch seconds of a generation: its id begins with its time in milliseconds, ten digits of base 32. */
function timeOf(generation: string): number {
  let at = 0;
  for (const digit of generation.slice(4, 14)) at = at * 32 + Math.max(0, digits.indexOf(digit));
  return Math.floor(at / 1000);
}

function faultCode(fault: Fault): string {
  const upstreamCode = fault.row.blame === 'caller' ? fault.details.code : undefined;
  return typeof upstreamCode === 'string' && upstreamCode !== 'unknown' ? upstreamCode : fault.row.code;
}
