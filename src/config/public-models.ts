import type { ModelConfig } from './config.ts';
import { type ConfigSource, problemAt } from './config-source.ts';
import type { PublicModelSettings } from './file-schema.ts';
import { knownAbilities } from './known-abilities.ts';
import { nearestName } from './nearest-name.ts';
import { isPublicName, isSandboxName, type Offer } from './offer.ts';
import { thinkingTimes, thinksUnseen } from './thinks-unseen.ts';

type Written = Readonly<Record<string, PublicModelSettings>>;

const contextOtherwise = 128_000;
const maxOutputOtherwise = 16_384;

type PublicAsk = {
  readonly written: Written;
  readonly defaultModel: string | undefined;
  readonly autoModels: readonly string[] | undefined;
  readonly waits: Waits;
};

type Waits = {
  /** Of all. */
  readonly divideBy: number;
  /** Until the first content, divided. */
  readonly firstContentMs: number;
};

/** Every model that some upstream offers, with its facts: the file's, else the catalogue's, else ours. */
export function toPublicModels(
  offers: readonly Offer[],
  { written, defaultModel, autoModels, waits }: PublicAsk,
  source: ConfigSource,
): ModelConfig[] {
  const served = new Set(offers.flatMap(({ upstream }) => upstream.models.map((model) => model.as)));
  refuseUnserved(served, written, source);
  const aliases = writtenAliases(served, written, source);
  if (defaultModel !== undefined) addDefault(aliases, defaultModel, { served, source });
  addOwnNames(aliases, served, offers);
  for (const [index, name] of (autoModels ?? []).entries()) {
    refuseUnoffered(name, ['routing', 'auto_models', index], { served, source });
  }
  return [...served].map((id) => ({
    id,
    ...sizesOf(id, offers, written[id] ?? {}, source),
    aliases: aliasesOf(id, aliases),
    ...routingOf(id, written[id] ?? {}, { served, source, waits }),
  }));
}

type RoutingAsk = {
  readonly served: ReadonlySet<string>;
  readonly source: ConfigSource;
  readonly waits: Waits;
};

/** What the file says of how requests for a model travel; fallbacks are models that somebody serves. */
function routingOf(
  id: string,
  facts: PublicModelSettings,
  { served, source, waits }: RoutingAsk,
): Partial<ModelConfig> {
  const { fallbacks, supports = knownAbilities(id), strategy, delivery, failover_ms: failover } = facts;
  const firstContentMs = firstContentMsOf(id, facts, waits);
  for (const [index, name] of (fallbacks ?? []).entries()) {
    const at = ['models', id, 'fallbacks', index];
    if (name === id) throw problemAt(source, at, 'is the model itself: name another one.');
    refuseUnoffered(name, at, { served, source });
  }
  return {
    ...(fallbacks ? { fallbacks } : {}),
    ...(supports ? { supports } : {}),
    ...(strategy ? { strategy } : {}),
    ...(delivery ? { delivery } : {}),
    ...(firstContentMs === undefined ? {} : { firstContentMs }),
    ...(failover === undefined ? {} : { failoverMs: Math.ceil(failover / waits.divideBy) }),
  };
}

/** Undefined: as long as every other model. */
function firstContentMsOf(
  id: string,
  { first_content_ms: written }: PublicModelSettings,
  { divideBy, firstContentMs }: Waits,
): number | undefined {
  if (written !== undefined) return Math.ceil(written / divideBy);
  return thinksUnseen(id) ? thinkingTimes * firstContentMs : undefined;
}

type Served = { readonly served: ReadonlySet<string>; readonly source: ConfigSource };

/** Where the file names a model that must be there. */
function refuseUnoffered(name: string, at: readonly (string | number)[], { served, source }: Served): void {
  if (served.has(name)) return;
  const meant = nearestName(name, [...served]);
  const remedy = meant === undefined ? 'name a model that some upstream offers.' : `did you mean "${meant}"?`;
  throw problemAt(source, at, `is offered by no upstream: ${remedy}`);
}

function refuseUnserved(served: ReadonlySet<string>, written: Written, source: ConfigSource): void {
  for (const id of Object.keys(written)) {
    if (served.has(id)) continue;
    if (isSandboxName(id))
      throw problemAt(source, ['models', id], "is one of the simulator's names: its facts are fixed, remove it.");
    const meant = nearestName(id, [...served]);
    const remedy = meant === undefined ? 'offer it under "upstreams", or remove it.' : `did you mean "${meant}"?`;
    throw problemAt(source, ['models', id], `is offered by no upstream: ${remedy}`);
  }
}

/** Alias → model. A name means one thing. */
function writtenAliases(served: ReadonlySet<string>, written: Written, source: ConfigSource): Map<string, string> {
  const aliases = new Map<string, string>();
  for (const [id, { aliases: names = [] }] of Object.entries(written)) {
    for (const [index, alias] of names.entries()) {
      const flaw = aliasFlaw(alias, { served, owner: aliases.get(alias) });
      if (flaw !== undefined) throw problemAt(source, ['models', id, 'aliases', index], flaw);
      aliases.set(alias, id);
    }
  }
  return aliases;
}

function aliasFlaw(
  alias: string,
  taken: { served: ReadonlySet<string>; owner: string | undefined },
): string | undefined {
  if (isSandboxName(alias)) return 'takes a name of the simulator: choose one that does not begin with "sandbox".';
  if (!isPublicName(alias)) return 'must be a name of 1 to 200 characters without spaces or "@".';
  if (taken.served.has(alias)) return 'is the name of a model: choose another alias, or remove it.';
  return taken.owner === undefined ? undefined : `is an alias of ${taken.owner} already: keep it at one model.`;
}

/** What a caller gets who leaves the choice to us. */
const defaultName = 'auto';

function addDefault(
  aliases: Map<string, string>,
  model: string,
  { served, source }: { readonly served: ReadonlySet<string>; readonly source: ConfigSource },
): void {
  const at = ['routing', 'default_model'];
  refuseUnoffered(model, at, { served, source });
  const owner = aliases.get(defaultName);
  if (served.has(defaultName) || (owner !== undefined && owner !== model)) {
    throw problemAt(source, at, 'gives the name "auto", which another model has: remove one of the two.');
  }
  aliases.set(defaultName, model);
}

/** Callers of a provider use its own names: they work where they are free. */
function addOwnNames(aliases: Map<string, string>, served: ReadonlySet<string>, offers: readonly Offer[]): void {
  for (const [id, ownName] of offers.flatMap((offer) => [...offer.ownNames])) {
    if (!served.has(ownName) && !aliases.has(ownName)) aliases.set(ownName, id);
  }
}

function aliasesOf(id: string, aliases: ReadonlyMap<string, string>): string[] {
  return [...aliases].flatMap(([alias, model]) => (model === id ? [alias] : []));
}

function sizesOf(id: string, offers: readonly Offer[], facts: PublicModelSettings, source: ConfigSource) {
  const known = offers.map((offer) => offer.contexts.get(id)).find((context) => context !== undefined);
  const context = facts.context ?? known ?? contextOtherwise;
  const maxOutput = facts.max_output ?? Math.min(maxOutputOtherwise, context);
  if (maxOutput > context) {
    const says = `is more than the context of the model (${context}): lower it, or raise models.${id}.context.`;
    throw problemAt(source, ['models', id, 'max_output'], says);
  }
  return { context, maxOutput };
}
