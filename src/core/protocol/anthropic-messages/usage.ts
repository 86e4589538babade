import { servedTier, type Usage } from '#core/generation/usage.ts';
import { fieldOf, numberOf } from '../json-value.ts';

/** What one report of usage says; a count that is absent may stand in another report of the same stream. */
export type Counts = {
  readonly input: number | undefined;
  readonly cacheRead: number | undefined;
  readonly cacheWrite: number | undefined;
  readonly cacheWrite1h: number | undefined;
  readonly output: number | undefined;
  readonly thinking: number | undefined;
  readonly serviceTier: string | undefined;
};

export const noCounts: Counts = {
  input: undefined,
  cacheRead: undefined,
  cacheWrite: undefined,
  cacheWrite1h: undefined,
  output: undefined,
  thinking: undefined,
  serviceTier: undefined,
};

export function readCounts(usage: unknown): Counts {
  const writes = fieldOf(usage, 'cache_creation');
  const cacheWrite1h = countOf(writes, 'ephemeral_1h_input_tokens');
  const cacheWrite5m = countOf(writes, 'ephemeral_5m_input_tokens');
  const sum =
    cacheWrite1h === undefined && cacheWrite5m === undefined ? undefined : (cacheWrite1h ?? 0) + (cacheWrite5m ?? 0);
  return {
    input: countOf(usage, 'input_tokens'),
    cacheRead: countOf(usage, 'cache_read_input_tokens'),
    cacheWrite: countOf(usage, 'cache_creation_input_tokens') ?? sum,
    cacheWrite1h,
    output: countOf(usage, 'output_tokens'),
    thinking: countOf(fieldOf(usage, 'output_tokens_details'), 'thinking_tokens'),
    ...servedTierOf(usage),
  };
}

function servedTierOf(usage: unknown): Pick<Counts, 'serviceTier'> {
  return { serviceTier: servedTier(fieldOf(usage, 'service_tier')).serviceTier };
}

/** Reports of a stream are cumulative: a later count replaces the earlier one, and what it leaves out stays. */
export function mergeCounts(earlier: Counts, later: Counts): Counts {
  return {
    input: later.input ?? earlier.input,
    cacheRead: later.cacheRead ?? earlier.cacheRead,
    cacheWrite: later.cacheWrite ?? earlier.cacheWrite,
    cacheWrite1h: later.cacheWrite1h ?? earlier.cacheWrite1h,
    output: later.output ?? earlier.output,
    thinking: later.thinking ?? earlier.thinking,
    serviceTier: later.serviceTier ?? earlier.serviceTier,
  };
}

/** Anthropic's input leaves out what was cached, as ours does. Undefined until both sides were told. */
export function toUsage(counts: Counts): Usage | undefined {
  const { input, output } = counts;
  if (input === undefined || output === undefined) return undefined;
  const cacheWrite1h = counts.cacheWrite1h ?? 0;
  return {
    input,
    cachedInput: counts.cacheRead ?? 0,
    cacheWrite5m: (counts.cacheWrite ?? 0) - cacheWrite1h,
    cacheWrite1h,
    output,
    reasoning: counts.thinking ?? 0,
    ...(counts.serviceTier === undefined ? {} : { serviceTier: counts.serviceTier }),
  };
}

/** A count that is there but is no number is a lie, not an absence: NaN fails every bound. */
function countOf(value: unknown, name: string): number | undefined {
  const count = fieldOf(value, name);
  if (count === undefined || count === null) return undefined;
  return numberOf(count) ?? Number.NaN;
}

/** `usage` of a message. */
export function encodeUsage(usage: Usage | undefined) {
  return {
    input_tokens: usage?.input ?? 0,
    cache_creation_input_tokens: usage ? usage.cacheWrite5m + usage.cacheWrite1h : null,
    cache_read_input_tokens: usage?.cachedInput ?? null,
    cache_creation: usage
      ? { ephemeral_5m_input_tokens: usage.cacheWrite5m, ephemeral_1h_input_tokens: usage.cacheWrite1h }
      : null,
    output_tokens: usage?.output ?? 0,
    output_tokens_details: detailsOf(usage),
    server_tool_use: null,
    service_tier: null,
    inference_geo: null,
    speed: null,
  };
}

/** `usage` of a `message_delta`: all counts, since those of `message_start` were not known yet. */
export function encodeDeltaUsage(usage: Usage | undefined) {
  return {
    input_tokens: usage?.input ?? null,
    cache_creation_input_tokens: usage ? usage.cacheWrite5m + usage.cacheWrite1h : null,
    cache_read_input_tokens: usage?.cachedInput ?? null,
    output_tokens: usage?.output ?? 0,
    output_tokens_details: detailsOf(usage),
    server_tool_use: null,
  };
}

function detailsOf(usage: Usage | undefined) {
  return usage && usage.reasoning > 0 ? { thinking_tokens: usage.reasoning } : null;
}
