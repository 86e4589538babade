/** Member states of the European Union, ISO 3166. */
const europeanUnion: ReadonlySet<string> = new Set(
  'at be bg hr cy cz dk ee fi fr de gr hu ie it lv lt lu mt nl pl pt ro sk si es se'.split(' '),
);

/** Clouds' names of places in the Union that do not begin with a country; and those that only look like it. */
const cloudPlacesInside: ReadonlySet<string> = new Set([
  'westeurope',
  'northeurope',
  'francecentral',
  'francesouth',
  'germanywestcentral',
  'germanynorth',
  'swedencentral',
  'polandcentral',
  'italynorth',
  'spaincentral',
]);
// London and Zurich.
const cloudPlacesOutside: ReadonlySet<string> = new Set(['eu-west-2', 'eu-central-2', 'europe-west2', 'europe-west6']);

/**
 * Whether a region lies in one of these areas. An area is a region's own name, or the part of it before a "-", as in "us"
 * for "us-east-1"; "eu" is the European Union. What is unknown lies nowhere. In lower case.
 */
export function liesIn(region: string, areas: readonly string[]): boolean {
  const place = region.toLowerCase();
  if (place === 'unknown' || place === '') return false;
  return areas.some((area) => (area === 'eu' ? isInUnion(place) : place === area || place.startsWith(`${area}-`)));
}

function isInUnion(place: string): boolean {
  if (cloudPlacesOutside.has(place)) return false;
  if (place === 'eu' || cloudPlacesInside.has(place)) return true;
  if (/^(?:eu|europe)-/.test(place)) return true;
  return europeanUnion.has(place.split('-', 1)[0] ?? '');
}

/** Where the General Data Protection Regulation holds: the Union, Iceland, Liechtenstein, Norway. Undefined: nobody knows. */
export function isInEconomicArea(region: string): boolean | undefined {
  const place = region.toLowerCase();
  if (place === 'unknown' || place === '') return undefined;
  return liesIn(place, ['eu', 'is', 'li', 'no']);
}
