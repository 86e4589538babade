/** What a workspace says of an upstream, as its setting `sub_processors` has it: `mistral:object,groq:agree`. */
export const decisions = ['agree', 'object'] as const;

export type Decision = (typeof decisions)[number];

/** Days of UTC between the notice of a new one and the first request that goes there without being agreed to. */
export const subProcessorNoticeDays = 30;

const upstreamsMax = 100;
const pairPattern = /^(?:\*:agree|[a-z0-9][a-z0-9._-]{0,63}:(?:agree|object))$/i;
/** It agrees to every new one at once, and is told of it all the same. */
export const agreesToAll = '*:agree';

export function isListOfDecisions(value: string): boolean {
  if (value === 'none') return true;
  const pairs = value.split(',');
  return pairs.length <= upstreamsMax && pairs.every((pair) => pairPattern.test(pair));
}

/** The setting with what is decided now; undefined takes back what was decided of it. */
export function withDecision(value: string | undefined, upstream: string, decision: Decision | undefined): string {
  const pairs = value === undefined || value === 'none' ? [] : value.split(',');
  const others = pairs.filter((pair) => pair.slice(0, pair.lastIndexOf(':')) !== upstream);
  const all = decision === undefined ? others : [...others, `${upstream}:${decision}`];
  return all.length === 0 ? 'none' : all.join(',');
}

/** Neither our own simulator nor a machine of the operator's own is somebody else who gets data. */
export function isSubProcessor({ type }: { readonly type: string }): boolean {
  return type !== 'sandbox' && type !== 'self_hosted';
}

/** Who gets data: the same upstream at another provider, of another seller, or at another host, is somebody else. */
export type SubProcessorKey = {
  readonly name: string;
  readonly provider: string;
  readonly seller: string;
  readonly host: string;
};

export function subProcessorKeyOf(
  upstream: Omit<SubProcessorKey, 'host'> & { readonly baseUrl: string },
): SubProcessorKey {
  const { name, provider, seller, baseUrl } = upstream;
  return { name, provider, seller, host: URL.canParse(baseUrl) ? new URL(baseUrl).hostname : baseUrl };
}

/** A row without a host was entered before hosts were: it is of whichever the upstream had. */
export function isSameSubProcessor(row: SubProcessorKey, key: SubProcessorKey): boolean {
  const isSame = row.name === key.name && row.provider === key.provider && row.seller === key.seller;
  return isSame && (row.host === key.host || row.host === '');
}
