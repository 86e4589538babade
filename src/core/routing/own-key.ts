import type { Content } from '#core/generation/content.ts';
import { type EligibleEndpoint, type Excluded, eligible, protocolSpoken } from './eligible.ts';
import type { Endpoint } from './endpoint.ts';
import { type Plan, type PlanStep, stepOf, type Wanted } from './plan.ts';

/** When a workspace's own key is asked: before the operator's credentials, after them, or in their place. */
export const ownKeyUses = ['before', 'after', 'only'] as const;

export type OwnKeyUse = (typeof ownKeyUses)[number];

/** A key of a workspace at a provider. It belongs to one upstream, and to the origin that it was given for. */
export type OwnKey = {
  readonly id: string;
  /** Another one with every change: what was known of the key before says nothing of it now. */
  readonly edition: number;
  readonly upstream: string;
  readonly origin: string;
  readonly use: OwnKeyUse;
  /** Public models that it serves; null: all. */
  readonly models: readonly string[] | null;
  readonly secret: Content;
};

export type OwnKeysAsk = {
  /** In the workspace's order. */
  readonly keys: readonly OwnKey[];
  /** What the operator takes of what the answer would have cost, in hundredths of a percent. */
  readonly feeBasisPoints: number;
  /** Nobody refused it lately. */
  readonly isWell: (key: OwnKey, endpoint: Endpoint) => boolean;
};

export function originOf(baseUrl: string): string {
  return new URL(baseUrl).origin;
}

/** More attempts than three are never made; of one model's endpoints a key is at one upstream alone. */
const stepsMax = 16;

type OwnStep = { readonly step: PlanStep; readonly when: 'before' | 'after' | 'last'; readonly at: number };

/** What a workspace's keys make of one model of a request. */
type Block = { readonly own: readonly OwnStep[]; readonly isOnly: boolean };

/**
 * The plan with a workspace's own keys in it: each endpoint that one of them serves, judged by the same filter as all others, is a
 * step of its own with that credential. Where a key is the only one for a model, nothing of it is asked with the operator's.
 */
export function withOwnKeys(plan: Plan, wanted: readonly Wanted[], ask: OwnKeysAsk): Plan {
  const isOneOrder = plan.steps.some((step) => step.isInOneOrder === true);
  const order = new Map(plan.steps.map((step, at) => [step.endpoint.id, { at, why: step.why }]));
  const seen = new Set<string>();
  const blocks = wanted.map((each) => blockOf(each, ask, { order, seen, isOneOrder }));
  if (blocks.every(({ own, isOnly }) => own.length === 0 && !isOnly)) return plan;
  const excluded: Excluded[] = [...plan.excluded];
  const ours = plan.steps.map((step) => ({ step, place: wanted.findIndex(has(step)) }));
  const kept = ours.filter(({ step: { endpoint }, place }) => {
    if (!blocks[place]?.isOnly) return true;
    excluded.push({ endpoint, why: 'own-key-only' });
    return false;
  });
  const join = (own: readonly OwnStep[], mine: typeof kept) => {
    const all = (when: OwnStep['when']) => own.filter((each) => each.when === when).map(({ step }) => step);
    return [...all('before'), ...mine.map(({ step }) => step), ...all('after'), ...all('last')];
  };
  const steps = isOneOrder
    ? join(
        blocks.flatMap(({ own }) => own).sort((a, b) => a.at - b.at),
        kept,
      ).map((step) => ({
        ...step,
        isInOneOrder: true as const,
      }))
    : blocks.flatMap(({ own }, index) =>
        join(
          own,
          kept.filter(({ place }) => place === index),
        ),
      );
  return { ...plan, steps, excluded };
}

function has({ endpoint }: PlanStep): (wanted: Wanted) => boolean {
  return ({ model }) => model.endpoints.includes(endpoint);
}

type BlockPlace = {
  readonly order: ReadonlyMap<string, { readonly at: number; readonly why: PlanStep['why'] }>;
  /** What stands in the plan already: a caller may name a model twice. */
  readonly seen: Set<string>;
  readonly isOneOrder: boolean;
};

function blockOf(wanted: Wanted, { keys, feeBasisPoints, isWell }: OwnKeysAsk, place: BlockPlace): Block {
  const { model, ask } = wanted;
  const own: OwnStep[] = [];
  let isOnly = false;
  for (const key of keys) {
    if (key.models !== null && !key.models.includes(model.id)) continue;
    for (const endpoint of model.endpoints) {
      // Also one that was given for another address: it goes nowhere now, and nobody stands in for it.
      if (key.use === 'only' && endpoint.upstream.name === key.upstream) isOnly = true;
      const known = place.order.get(endpoint.id);
      // Among all models the best ones are known; a key makes none of the others better.
      if (!serves(key, endpoint) || (place.isOneOrder && !known) || place.seen.size >= stepsMax) continue;
      const name = `${key.id} ${endpoint.id}`;
      const judged = place.seen.has(name) || isKept(ask) ? undefined : eligible(endpoint, ask);
      const protocol = judged !== undefined && typeof judged !== 'string' && protocolSpoken(judged, ask);
      if (judged === undefined || typeof judged === 'string' || !protocol) continue;
      place.seen.add(name);
      const step = stepOf(
        { ...judged, ownKey: { id: key.id, edition: key.edition, feeBasisPoints } } satisfies EligibleEndpoint,
        wanted,
        protocol,
        'own-key',
      );
      const at = known?.at ?? Number.MAX_SAFE_INTEGER;
      if (!isWell(key, endpoint)) own.push({ step: { ...step, why: 'unusable' }, when: 'last', at });
      // Its breaker is open: whoever pays, it does not answer now.
      else if (known?.why === 'ejected') own.push({ step: { ...step, why: 'ejected' }, when: 'last', at });
      else own.push({ step, when: key.use === 'after' ? 'after' : 'before', at });
    }
  }
  return { own, isOnly };
}

/** What is kept at an upstream would be kept in the account of this key, where no later request finds it. */
function isKept({ mayStoreAt, pinnedTo }: Wanted['ask']): boolean {
  return mayStoreAt !== undefined || pinnedTo !== undefined;
}

/** A key never goes to another address than the one that it was given for. */
function serves({ upstream, origin }: OwnKey, endpoint: Endpoint): boolean {
  return endpoint.upstream.name === upstream && originOf(endpoint.upstream.baseUrl) === origin;
}
