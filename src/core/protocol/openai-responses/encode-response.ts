import type { FinishReason } from '#core/generation/reply.ts';
import type { GenerationRequest } from '#core/generation/request.ts';
import type { Usage } from '#core/generation/usage.ts';
import { fieldOf, listOf, textOf } from '../json-value.ts';
import type { ReplyAbout } from '../protocol.ts';
import { responseId } from './encode-fault.ts';
import { echoFormat } from './encode-format.ts';
import { echoToolChoice, echoTools } from './encode-tools.ts';
import { encodeFinish } from './finish-reason.ts';
import { encodeUsage } from './usage.ts';

type ResponseEnd = {
  readonly finish: FinishReason;
  readonly output: readonly object[];
  readonly usage: Usage | undefined;
};

/** The response while it is written: who answers, and what was asked, in the API's own words. */
export function openResponse(about: ReplyAbout, model: string): object {
  const { request } = about;
  const { sampling } = request;
  return {
    id: responseId(about.generation),
    object: 'response',
    created_at: about.createdAt,
    status: 'in_progress',
    access_programs: null,
    background: false,
    completed_at: null,
    error: null,
    frequency_penalty: 0,
    incomplete_details: null,
    instructions: echoInstructions(request),
    max_output_tokens: request.outputTokensMax ?? null,
    max_tool_calls: foreignOf(request, 'max_tool_calls') ?? null,
    model,
    output: [],
    output_text: '',
    parallel_tool_calls: request.parallelToolCalls ?? true,
    presence_penalty: 0,
    previous_response_id: null,
    prompt_cache_key: request.promptCacheKey?.revealText('translate') ?? null,
    reasoning: { effort: request.reasoning?.effort ?? null, summary: request.reasoning?.summary ?? null },
    safety_identifier: null,
    service_tier: request.serviceTier ?? 'default',
    store: false,
    temperature: sampling.temperature ?? 1,
    text: {
      format: echoFormat(request.outputFormat),
      verbosity: request.verbosity ?? 'medium',
    },
    tool_choice: echoToolChoice(request),
    tools: echoTools(request.tools),
    top_logprobs: request.logprobs?.top ?? 0,
    top_p: sampling.topP ?? 1,
    truncation: foreignOf(request, 'truncation') ?? 'disabled',
    usage: null,
    metadata: request.metadata?.revealJson('translate') ?? {},
  };
}

/** The response when all is said. Usage that nobody knows stays null, as it is until then. */
export function closeResponse(open: object, { finish, output, usage }: ResponseEnd): object {
  const { status, incompleteReason } = encodeFinish(finish);
  return {
    ...open,
    status,
    incomplete_details: incompleteReason === undefined ? null : { reason: incompleteReason },
    output,
    output_text: output.map(textOfItem).join(''),
    usage: usage ? encodeUsage(usage) : null,
  };
}

function textOfItem(item: object): string {
  return listOf(fieldOf(item, 'content'))
    .map((part) => textOf(fieldOf(part, 'text')) ?? '')
    .join('');
}

/** They came in as the first message; a system message of the caller's own in that place cannot be told apart. */
function echoInstructions({ messages }: GenerationRequest): string | null {
  const first = messages[0];
  const text = first?.role === 'system' && first.parts.length === 1 ? first.parts[0] : undefined;
  return text?.text.revealText('translate') ?? null;
}

function foreignOf({ foreign }: GenerationRequest, name: string): unknown {
  return foreign.find(({ family, field }) => family === 'openai' && field === name)?.value.revealJson('translate');
}
