import { type AskedModel, findAsked } from './asked-model.ts';
import type { PlanAsk } from './eligible.ts';
import type { Catalogue } from './find-model.ts';
import { joinPlans, type Plan, planTogether, type RankingFacts, type Wanted } from './plan.ts';

/** The models of a request, in its own words. */
export type ModelsAsk = {
  readonly name: string;
  /** The caller's own fallbacks. */
  readonly others: readonly string[];
};

/** What every endpoint of every model is asked, before a model's own suffixes. */
export type SharedAsk = Omit<PlanAsk, 'named' | 'onlyFree' | 'online'>;

/** The models that a request may be served by: the caller's own fallbacks, else those that the operator named for the model. */
export function modelsOf({ name, others }: ModelsAsk, catalogue: Catalogue): readonly AskedModel[] {
  const found = (each: string) => findAsked(catalogue, each) ?? [];
  const asked = findAsked(catalogue, name);
  const first = asked ? [asked] : [];
  if (others.length > 0) return [...first, ...others.flatMap(found)];
  // Who names an upstream wants that one and no other.
  if (!asked?.model.fallbacks || asked.named !== undefined) return first;
  const { sort, onlyFree, online } = asked;
  return [asked, ...asked.model.fallbacks.flatMap(found).map((other) => ({ ...other, sort, onlyFree, online }))];
}

/** One plan for all models: one after the other, or all in one order. The same filter holds for each of them. */
export function planModels(
  [first, ...others]: readonly [AskedModel, ...AskedModel[]],
  shared: SharedAsk,
  factsFor: (asked: AskedModel) => RankingFacts,
): Plan {
  if (shared.rules?.sort?.acrossModels === true) {
    return planTogether([toWanted(first, shared), ...others.map((each) => toWanted(each, shared))], factsFor(first));
  }
  const planOf = (asked: AskedModel) => planTogether([toWanted(asked, shared)], factsFor(asked));
  return joinPlans([planOf(first), ...others.map(planOf)]);
}

export function toWanted({ model, asked, named, onlyFree, online }: AskedModel, shared: SharedAsk): Wanted {
  // A search is asked of the upstream that runs it.
  const onlyAt = online ? 'openrouter' : shared.onlyAt;
  return { model, asked, ask: { ...shared, onlyAt, named, onlyFree, online } };
}
