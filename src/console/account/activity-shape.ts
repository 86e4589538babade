import { usdNumberOf } from './exact-number.ts';

/** A row of the keeper's `usage` by day, model, endpoint and provider. */
export type ShownUsage = {
  readonly day: string;
  readonly model: string;
  readonly endpoint: string | null;
  readonly provider: string | null;
  readonly requests: number;
  readonly input: number;
  readonly cached_input: number;
  readonly cache_write: number;
  readonly output: number;
  readonly reasoning: number;
  readonly charge_usd: string;
  readonly own_key_cost_usd: string;
};

/** A row of `GET /activity`. */
export function activityRow(usage: ShownUsage) {
  return {
    date: usage.day,
    model: usage.model,
    model_permaslug: usage.model,
    // Nobody answered: these fields are texts all the same.
    endpoint_id: usage.endpoint ?? '',
    provider_name: usage.provider ?? '',
    usage: usdNumberOf(usage.charge_usd),
    byok_usage_inference: usdNumberOf(usage.own_key_cost_usd),
    requests: usage.requests,
    prompt_tokens: usage.input + usage.cached_input + usage.cache_write,
    completion_tokens: usage.output,
    reasoning_tokens: usage.reasoning,
  };
}
