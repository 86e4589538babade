import { usdNumberOf } from './exact-number.ts';

/** A generation as the keeper's `explain` gives it, with what only its own workspace is told. */
export type ShownGeneration = {
  readonly id: string;
  readonly workspace: string;
  readonly model: string;
  readonly surface: string;
  readonly stream: boolean;
  readonly created_at: string;
  readonly duration_ms: number;
  readonly first_content_ms: number | null;
  readonly end_reason: string;
  readonly attempts: readonly {
    readonly endpoint: string;
    readonly provider: string;
    readonly region: string;
    readonly status: number;
    readonly verdict: string;
    readonly ms: number;
  }[];
  readonly usage: Readonly<Record<string, number>>;
  readonly charge_usd: string;
  readonly own_key: string | null;
  readonly upstream_cost_usd: string | null;
};

const finishOf: Readonly<Record<string, string>> = {
  completed: 'stop',
  length: 'length',
  wallet_empty: 'length',
  filtered: 'content_filter',
};

const regions: Readonly<Record<string, string>> = { us: 'us', eu: 'europe', europe: 'europe' };

/** OpenRouter's words for surfaces: whatever answers with text is `completions`. */
function apiTypeOf(surface: string): string {
  const types: readonly (readonly [part: string, type: string])[] = [
    ['embed', 'embeddings'],
    ['rerank', 'rerank'],
    ['images', 'image'],
    ['audio/speech', 'tts'],
    ['audio/', 'stt'],
  ];
  return types.find(([part]) => surface.toLowerCase().includes(part))?.[1] ?? 'completions';
}

/** `GET /generation`: OpenRouter's fields, and those of Vercel's that have other names. */
export function generationShape(shown: ShownGeneration) {
  const { usage, attempts } = shown;
  const answering = attempts.findLast(({ verdict }) => verdict === 'answered');
  const count = (name: string) => usage[name] ?? 0;
  const cacheWrite = count('cache_write_5m') + count('cache_write_1h');
  const input = count('input') + count('cached_input') + cacheWrite;
  const cost = usdNumberOf(shown.charge_usd);
  return {
    id: shown.id,
    upstream_id: null,
    request_id: shown.id,
    created_at: shown.created_at,
    model: shown.model,
    provider_name: answering?.provider ?? null,
    provider_responses: attempts.map(({ endpoint, provider, region, status, ms }) => ({
      endpoint_id: endpoint,
      provider_name: provider,
      region,
      status,
      latency: ms,
    })),
    api_type: apiTypeOf(shown.surface),
    data_region: regions[answering?.region.toLowerCase() ?? ''] ?? 'global',
    router: null,
    streamed: shown.stream,
    cancelled: shown.end_reason === 'caller_left',
    finish_reason: finishOf[shown.end_reason] ?? 'error',
    native_finish_reason: shown.end_reason,
    latency: shown.first_content_ms,
    moderation_latency: null,
    generation_time: shown.duration_ms,
    tokens_prompt: input,
    tokens_completion: count('output'),
    native_tokens_prompt: input,
    native_tokens_completion: count('output'),
    native_tokens_reasoning: count('reasoning'),
    native_tokens_cached: count('cached_input'),
    native_tokens_cache_creation: cacheWrite,
    native_tokens_completion_images: null,
    num_media_prompt: null,
    num_media_completion: null,
    num_search_results: null,
    billable_web_search_calls: 0,
    usage: cost,
    total_cost: cost,
    upstream_inference_cost: shown.upstream_cost_usd === null ? null : usdNumberOf(shown.upstream_cost_usd),
    cache_discount: null,
    is_byok: shown.own_key !== null,
    origin: '',
    external_user: null,
    app_id: null,
    http_referer: null,
    user_agent: null,
    num_fetches: null,
    num_input_audio_prompt: null,
    preset_id: null,
    session_id: null,
    service_tier: null,
    web_search_engine: null,
    response_cache_source_id: null,
    workspace_id: shown.workspace,
  };
}
