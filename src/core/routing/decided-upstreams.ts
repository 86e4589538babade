/** What a workspace decided of upstreams: its setting `sub_processors`, as in `mistral:object,groq:agree`; `*` is every new one. */
export type DecidedUpstreams = { readonly agreed: readonly string[]; readonly objections: readonly string[] };

export function readDecidedUpstreams(value: string | undefined): DecidedUpstreams {
  const pairs = value === undefined || value === 'none' ? [] : value.split(',');
  const of = (decision: 'agree' | 'object') =>
    pairs.flatMap((pair) => (pair.endsWith(`:${decision}`) ? [pair.slice(0, -decision.length - 1)] : []));
  return { agreed: of('agree'), objections: of('object') };
}
