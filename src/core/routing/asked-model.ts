import { Fault } from '#core/generation/fault.ts';
import type { Model } from './endpoint.ts';
import { type Catalogue, findModel } from './find-model.ts';
import type { StrategyName } from './strategies/strategy-names.ts';

/** What a caller hung on to the name of a model. */
export type Suffixes = {
  readonly sort: StrategyName | undefined;
  readonly onlyFree: boolean;
  /** With a search of the web, which its upstream runs. */
  readonly online: boolean;
  /** The one upstream that may serve it. */
  readonly named: string | undefined;
};

/** A model as a caller names it: with a wish for the order of its endpoints, or with one of them. */
export type AskedModel = Suffixes & {
  readonly model: Model;
  /** The public name, without what was hung on to it. */
  readonly asked: string;
};

/** OpenRouter's words behind a model's name. https://openrouter.ai/docs/guides/routing/model-variants */
const sorts: ReadonlyMap<string, StrategyName> = new Map([
  ['floor', 'price'],
  ['nitro', 'throughput'],
  ['exacto', 'tool-quality'],
]);

/** The model that a name means, with what hangs on it. */
export function findAsked(catalogue: Catalogue, name: string): AskedModel | undefined {
  const { asked, suffixes } = readSuffixes(name, (each) => catalogue.byName.has(each));
  const model = findModel(catalogue, asked);
  return model && { model, asked, ...suffixes };
}

/**
 * A name that means something as it is, `:` and `@` included, means that; else `:floor`, `:nitro`, `:exacto`, `:free`,
 * `:online` and `@upstream` at its end are read off, in any order, each once.
 */
export function readSuffixes(
  name: string,
  isName: (name: string) => boolean,
): { readonly asked: string; readonly suffixes: Suffixes } {
  let rest = name;
  let sort: StrategyName | undefined;
  let named: string | undefined;
  let onlyFree = false;
  let online = false;
  while (!isName(rest)) {
    const at = Math.max(rest.lastIndexOf('@'), rest.lastIndexOf(':'));
    if (at <= 0) break;
    const word = rest.slice(at + 1);
    if (rest[at] === '@') {
      if (named !== undefined) throw twice('upstreams');
      named = word;
    } else if (word === 'free') onlyFree = true;
    else if (word === 'online') online = true;
    else {
      const wish = sorts.get(word);
      if (wish === undefined) break;
      if (sort !== undefined && sort !== wish) throw twice('orders');
      sort = wish;
    }
    rest = rest.slice(0, at);
  }
  return { asked: rest, suffixes: { sort, named, onlyFree, online } };
}

function twice(what: string): Fault {
  return new Fault('request-malformed', { reason: `"model" names two ${what}` });
}
