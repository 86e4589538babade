import { excludedBy, type Fault } from '#core/generation/fault.ts';

/**
 * Why a request found nobody, for programs that react to it: OpenRouter's closed words, with whom they concern.
 * https://openrouter.ai/docs/api-reference/errors
 */
export function availabilityOf(fault: Fault) {
  const code = codeOf(fault);
  if (code === undefined) return {};
  const { model, providers, retryAfterMs } = fault.details;
  const excluded = excludedBy(fault);
  const constraint = excluded?.find((word) => !word.startsWith('data_policy:'));
  return {
    availability: {
      code,
      retryable: code === 'capacity_exhausted' || code === 'temporarily_unavailable',
      ...(typeof retryAfterMs === 'number' ? { retry_after: Math.ceil(retryAfterMs / 1_000) } : {}),
      ...(typeof model === 'string' ? { requested_models: [model] } : {}),
      ...(typeof providers === 'string' ? { affected_providers: providers.split(', ') } : {}),
      ...(excluded ? { excluded_by: excluded } : {}),
      ...(code === 'constraint_filtered' && constraint !== undefined
        ? { constraint: { field: fieldOf(constraint), detail: fault.sentence } }
        : {}),
    },
  };
}

function codeOf(fault: Fault): string | undefined {
  switch (fault.fault) {
    case 'model-unknown':
      return 'model_not_found';
    case 'nothing-left':
      return codeOfExcluded(excludedBy(fault) ?? []);
    case 'upstream-overloaded':
      return fault.details.status === 429 ? 'capacity_exhausted' : 'temporarily_unavailable';
    case 'upstream-unavailable':
    case 'health-leaves-nothing':
    case 'upstream-timeout':
    case 'draining':
    case 'not-ready':
      return 'temporarily_unavailable';
    default:
      return undefined;
  }
}

/** Nobody there, whatever is asked for. */
const absent: ReadonlySet<string> = new Set(['disabled', 'pinned', 'protocol', 'free']);

function codeOfExcluded(excluded: readonly string[]): string {
  if (excluded.every((word) => absent.has(word))) return 'no_endpoints';
  if (excluded.includes('geo') || excluded.includes('data_region')) return 'region_restricted';
  const isPrivate = (word: string) => word.startsWith('data_policy:') || word.startsWith('sub_processor:');
  return excluded.some(isPrivate) ? 'privacy_restricted' : 'constraint_filtered';
}

/** What of the `provider` object a caller may change. */
function fieldOf(constraint: string): string {
  switch (constraint) {
    case 'allowed_providers':
      return 'provider.only';
    case 'quantization':
      return 'provider.quantizations';
    case 'max_price':
    case 'require_parameters':
      return `provider.${constraint}`;
    default:
      return constraint;
  }
}
