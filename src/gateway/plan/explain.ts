import type { JsonObject } from '#core/protocol/json-value.ts';
import { type RoutingTold, routerMetadata } from '#core/protocol/openrouter/router-metadata.ts';
import type { Endpoint } from '#core/routing/endpoint.ts';
import type { Plan } from '#core/routing/plan.ts';
import type { Generation } from '../generation.ts';

type Told = Pick<Generation, 'attempts'> & { readonly plan: Plan };

/** Proxies and clients take heads of 8 KiB and more; this leaves the rest their place. */
const headerBytesMax = 3_000;

/**
 * `x-fairlead-explain`: the plan with each reason, who was left out and why, and what was tried, as JSON in ASCII. What does
 * not fit is counted: the record has it all.
 */
export function explainHeader({ plan, attempts }: Told): string {
  const steps = plan.steps.map(({ endpoint, why }) => ({
    endpoint: endpoint.id,
    why,
    ...ownKeyOf(endpoint.ownKey?.id),
  }));
  const excluded = plan.excluded.map(({ endpoint, why }) => ({ endpoint: endpoint.id, why }));
  const tried = attempts.map(({ endpoint, status, verdict, ms, ownKey }) => ({
    ...{ endpoint, status, verdict, ms },
    ...ownKeyOf(ownKey),
  }));
  for (let kept = excluded.length; ; kept = Math.floor(kept / 2)) {
    const omitted = excluded.length - kept;
    const text = toAscii({
      model: plan.model.id,
      strategy: plan.strategy,
      plan: kept > 0 || excluded.length === 0 ? steps : steps.slice(0, 3),
      excluded: excluded.slice(0, kept),
      ...(omitted > 0 ? { omitted } : {}),
      attempts: tried,
    });
    if (text.length <= headerBytesMax) return text;
    if (kept === 0) return toAscii({ model: plan.model.id, strategy: plan.strategy, omitted: excluded.length });
  }
}

function ownKeyOf(id: string | undefined) {
  return id === undefined ? {} : { own_key: id };
}

function toAscii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same in OpenRouter's form. */
export function metadataOf(told: Told, asked: string, answered: Endpoint | undefined): JsonObject {
  const { plan, attempts } = told;
  const modelOf = new Map(plan.steps.map(({ endpoint, model }) => [endpoint.id, model]));
  return routerMetadata({
    requested: asked,
    strategy: strategyOf(plan, asked, answered),
    region: answered === undefined || answered.upstream.region === 'unknown' ? null : answered.upstream.region,
    sort: plan.strategy,
    isByok: answered?.ownKey !== undefined,
    planned: plan.steps.map(({ endpoint, model }) => ({
      provider: endpoint.upstream.provider,
      model,
      selected: endpoint === answered,
    })),
    excluded: plan.excluded.length,
    attempts: attempts.map(({ endpoint, provider, status }) => ({
      provider,
      model: modelOf.get(endpoint) ?? plan.model.id,
      status,
    })),
  });
}

function strategyOf({ model, steps }: Plan, asked: string, answered: Endpoint | undefined): RoutingTold['strategy'] {
  const name = asked.replace(/(?:[:@][^:@/]*)+$/, '');
  if (answered && answered.model !== model.id && steps[0]?.endpoint.model !== answered.model) return 'fallback';
  if (asked === 'auto' || asked === 'openrouter/auto') return 'auto';
  if (asked.includes(':free')) return 'free';
  return model.aliases.includes(name) || model.aliases.includes(asked) ? 'alias' : 'direct';
}
