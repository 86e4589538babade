import type { Config } from './config.ts';
import { settingName } from './setting-path.ts';

type Places = {
  readonly upstreams: Readonly<Record<string, string>>;
  readonly prices: Readonly<Record<string, string>>;
};

/** Where file or environment name each upstream, and where the file says the price of each endpoint. */
export function placesOf({ upstreams, origins = {} }: Pick<Config, 'upstreams' | 'origins'>): Places {
  const at = (...path: readonly string[]) => origins[settingName(path)]?.from;
  const named = upstreams.map(({ name }) => [name, at('upstreams', name) ?? at('upstreams', name, 'api_key')] as const);
  const priced = upstreams.flatMap(({ name, models }) =>
    models.map(
      ({ as, upstreamModel }) => [`${as}@${name}`, at('upstreams', name, 'models', upstreamModel, 'price')] as const,
    ),
  );
  return { upstreams: known(named), prices: known(priced) };
}

function known(places: readonly (readonly [string, string | undefined])[]): Readonly<Record<string, string>> {
  return Object.fromEntries(places.flatMap(([name, place]) => (place === undefined ? [] : [[name, place]])));
}
