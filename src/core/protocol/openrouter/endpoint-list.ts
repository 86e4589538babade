import type { Pricing } from '../model-card.ts';

/** What is told of one endpoint: facts of the operator's configuration, and what was measured. */
export type EndpointCard = {
  readonly model: string;
  readonly provider: string;
  /** `provider/variant`, as a request may name it. */
  readonly tag: string;
  readonly context: number;
  readonly maxOutput: number;
  readonly quantization: string;
  readonly pricing: Pricing;
  readonly supports: readonly string[];
  readonly cachesByItself: boolean;
  readonly health: HealthCard;
  /** As the Endpoint Types Policy says it. */
  readonly disclosure: object;
};

/** Of this gateway, measured. Undefined: too few to say. */
export type HealthCard = {
  readonly isOut: boolean;
  readonly isLimited: boolean;
  /** 0–1. */
  readonly uptime: Readonly<Record<'minutes5' | 'minutes30' | 'day', number | undefined>>;
  /** Milliseconds until the first content. */
  readonly latency: Spread | undefined;
  /** Output tokens per second that so many of a hundred answers reached. */
  readonly throughput: Spread | undefined;
  /** Of the answers with tool calls, 0–1. */
  readonly toolErrors: ToolErrorCard | undefined;
};

type ToolErrorCard = Readonly<Record<'all' | 'invalidJson' | 'unknownName' | 'schemaMismatch', number>>;

export type Spread = Readonly<Record<'p50' | 'p75' | 'p90' | 'p99', number>>;

/** OpenRouter's object of an endpoint; what only we tell comes last. */
export function toRouterEndpoint(card: EndpointCard) {
  const { model, provider, health } = card;
  return {
    name: `${provider} | ${model}`,
    model_id: model,
    model_name: model,
    provider_name: provider,
    tag: card.tag,
    context_length: card.context,
    max_prompt_tokens: null,
    max_completion_tokens: card.maxOutput,
    quantization: card.quantization,
    pricing: card.pricing,
    supported_parameters: card.supports,
    supports_implicit_caching: card.cachesByItself,
    supports_tool_choice: toolChoicesOf(card),
    status: statusOf(health),
    uptime_last_5m: percent(health.uptime.minutes5),
    uptime_last_30m: percent(health.uptime.minutes30),
    uptime_last_1d: percent(health.uptime.day),
    latency_last_30m: rounded(health.latency),
    throughput_last_30m: rounded(health.throughput),
    tool_call_error_rate_last_30m: percent(health.toolErrors?.all),
    tool_call_errors_last_30m: health.toolErrors
      ? {
          invalid_json: percent(health.toolErrors.invalidJson),
          unknown_name: percent(health.toolErrors.unknownName),
          schema_mismatch: percent(health.toolErrors.schemaMismatch),
        }
      : null,
    disclosure: card.disclosure,
  };
}

/** Who takes tools takes all choices among them. */
function toolChoicesOf({ supports }: EndpointCard) {
  const takes = supports.includes('tool_choice');
  return { none: takes, auto: takes, required: takes, function: takes };
}

/** 0 is well; the lower the worse: OpenRouter's tiers of uptime, its rate used up, out. */
function statusOf({ isOut, isLimited, uptime }: HealthCard): number {
  if (isOut) return -10;
  if (isLimited) return -5;
  const share = uptime.minutes30 ?? 1;
  if (share < 0.8) return -2;
  return share < 0.95 ? -1 : 0;
}

function percent(share: number | undefined): number | null {
  return share === undefined ? null : Math.round(share * 10_000) / 100;
}

function rounded(spread: Spread | undefined): Spread | null {
  if (!spread) return null;
  const [p50, p75, p90, p99] = [spread.p50, spread.p75, spread.p90, spread.p99].map(
    (each) => Math.round(each * 10) / 10,
  );
  return { p50: p50 ?? 0, p75: p75 ?? 0, p90: p90 ?? 0, p99: p99 ?? 0 };
}
