import { type AskedModel, readSuffixes, type Suffixes } from './asked-model.ts';
import type { Ability, Model } from './endpoint.ts';
import { anyModel, type Catalogue } from './find-model.ts';
import { joinPlans, type Plan, planTogether, type RankingFacts } from './plan.ts';
import { type SharedAsk, toWanted } from './plan-models.ts';

const autoNames: ReadonlySet<string> = new Set(['auto', 'openrouter/auto']);

/** The caller leaves the choice of a model to us, with these wishes. Undefined: it names one; `auto` may be a model's name. */
export function autoWishes(name: string, { byName }: Catalogue): Suffixes | undefined {
  const { asked, suffixes } = readSuffixes(name, (each) => byName.has(each) || autoNames.has(each));
  return autoNames.has(asked) && !byName.has(asked) ? suffixes : undefined;
}

export type AutoAsk = {
  readonly wishes: Suffixes;
  /** The operator's own list; undefined: every model that may be one of a chat. */
  readonly among: readonly string[] | undefined;
  readonly needs: readonly Ability[];
  readonly inputTokens: number;
  readonly outputTokens: number;
};

/** What by its name answers no chat. */
const noChat =
  /embed|moderation|rerank|whisper|tts|transcri|speech|audio|realtime|image|dall-e|imagen|veo|sora|guard|instruct$|davinci|babbage/;

/**
 * Models that `auto` may mean: those that are known to do what the request needs, and behind them those of which nobody
 * knows. Who is known not to, or has too little context, is none; the simulator's serve when there is nobody else.
 */
export function autoModels(
  catalogue: Catalogue,
  { among, needs, inputTokens, outputTokens, wishes }: AutoAsk,
): readonly (readonly AskedModel[])[] {
  const listed = among
    ? among.flatMap((name) => catalogue.byName.get(name) ?? [])
    : catalogue.models.filter(({ id }) => !id.endsWith(anyModel) && !noChat.test(id));
  const fitting = listed.filter((model) => model.context >= inputTokens + Math.min(outputTokens, model.maxOutput));
  const real = fitting.filter((model) => !isSandbox(model));
  const all = real.length > 0 ? real : fitting;
  const able = all.filter(({ supports }) => needs.every((need) => supports?.includes(need) === true));
  const unknown = all.filter(({ supports }) => supports === undefined && needs.length > 0);
  return [able.length > 0 || needs.length > 0 ? able : all, unknown].map((tier) =>
    tier.map((model) => ({ model, asked: model.id, ...wishes })),
  );
}

/** The cheapest endpoint that is well, whichever its model, among those that are sure to do; then among the others. */
export function planAuto(
  tiers: readonly (readonly AskedModel[])[],
  shared: SharedAsk,
  facts: RankingFacts,
): Plan | undefined {
  const plans = tiers.flatMap((tier) => {
    const [first, ...others] = tier.map((asked) => toWanted(asked, shared));
    return first ? [planTogether([first, ...others], facts)] : [];
  });
  const [first, ...others] = plans;
  if (!first) return undefined;
  const plan = joinPlans([first, ...others]);
  const chosen = tiers.flat().find(({ model }) => model.id === plan.steps[0]?.endpoint.model);
  return chosen ? { ...plan, model: chosen.model } : plan;
}

function isSandbox({ endpoints }: Model): boolean {
  return endpoints.every(({ upstream }) => upstream.type === 'sandbox');
}
