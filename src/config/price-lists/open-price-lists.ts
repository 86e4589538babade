import { dirname, resolve } from 'node:path';
import type { Price } from '#core/money/price.ts';
import { type ConfigSource, problemAt } from '../config-source.ts';
import type { EnvironmentInput } from '../environment.ts';
import type { ListedModel } from './listed-price.ts';
import { readPriceList } from './read-price-list.ts';

type Asked = {
  readonly paths: readonly string[];
  /** The configuration file, from whose folder the paths go. */
  readonly file: string | undefined;
  readonly source: ConfigSource;
  readonly readFile: EnvironmentInput['readFile'];
};

/** Finds what other people's lists, the first before the second, say a model of a provider costs. */
export function openPriceLists({
  paths,
  file,
  source,
  readFile,
}: Asked): (provider: string, model: string) => Price | undefined {
  const known = new Map<string, Price>();
  for (const [index, path] of paths.entries()) {
    const text = readOrNothing(readFile, resolve(dirname(file ?? '.'), path));
    const at = ['price_lists', index];
    if (text === undefined) throw problemAt(source, at, 'cannot be read: name a file, from the folder of this one.');
    const list = readPriceList(text);
    if (!list) throw problemAt(source, at, "is neither LiteLLM's list of prices nor OpenRouter's list of models.");
    for (const listed of list.models) {
      const id = idOf(listed);
      if (!known.has(id)) known.set(id, listed.price);
    }
  }
  return (provider, model) => known.get(idOf({ provider, model }));
}

function idOf({ provider, model }: Pick<ListedModel, 'provider' | 'model'>): string {
  return `${provider ?? ''} ${model}`;
}

function readOrNothing(readFile: EnvironmentInput['readFile'], path: string): string | undefined {
  try {
    return readFile(path);
  } catch {
    return undefined;
  }
}
