import type { OwnerSettings } from '#core/privacy/owner-settings.ts';
import { readDecidedUpstreams } from './decided-upstreams.ts';
import { endpointTypes } from './endpoint.ts';
import type { ProviderRules } from './provider-rules.ts';

/** Demands nothing. */
const noRules: ProviderRules = {
  only: undefined,
  allowLists: [],
  ignore: [],
  order: [],
  allowFallbacks: true,
  deniesCollection: false,
  wantsZeroRetention: false,
  quantizations: undefined,
  endpointTypes: undefined,
  regions: [],
  wantsDistillable: false,
  objections: [],
  agreed: [],
  requiresParameters: false,
  maxPrice: {},
  sort: undefined,
  prefersLatency: undefined,
  prefersThroughput: undefined,
};

/** Demands somebody who keeps nothing and does not train. */
export const keepsNothing: ProviderRules = { ...noRules, wantsZeroRetention: true, deniesCollection: true };

/** What a workspace and a key demand of whoever serves them, each of its lists kept; undefined: nothing. */
export function ownerRules({
  data_collection,
  zdr,
  regions,
  endpoint_types,
  sub_processors,
  providers,
  providers_denied,
}: OwnerSettings): ProviderRules | undefined {
  const { objections, agreed } = readDecidedUpstreams(sub_processors);
  const [allowLists, denied] = [listsOf(providers), listsOf(providers_denied).flat()];
  const decides = objections.length + agreed.length + allowLists.length + denied.length > 0;
  if (!decides && data_collection !== 'deny' && zdr !== 'on' && isAny(regions) && isAny(endpoint_types)) {
    return undefined;
  }
  return {
    ...noRules,
    allowLists,
    ignore: denied,
    objections,
    agreed,
    deniesCollection: data_collection === 'deny',
    wantsZeroRetention: zdr === 'on',
    regions: listsOf(regions),
    endpointTypes: isAny(endpoint_types)
      ? undefined
      : endpointTypes.filter((type) => listsOf(endpoint_types).every((list) => list.includes(type))),
  };
}

/** Where objects of a workspace lie at an upstream it agreed to that one, whatever was decided since: they can be taken away. */
export function agreedTo(upstream: string): ProviderRules {
  return { ...noRules, agreed: [upstream] };
}

/** A request may demand more than its owner, never less. */
export function joinRules(
  owner: ProviderRules | undefined,
  asked: ProviderRules | undefined,
): ProviderRules | undefined {
  if (!owner || !asked) return owner ?? asked;
  const { endpointTypes: types } = owner;
  return {
    ...asked,
    allowLists: [...owner.allowLists, ...asked.allowLists],
    ignore: [...owner.ignore, ...asked.ignore],
    deniesCollection: asked.deniesCollection || owner.deniesCollection,
    wantsZeroRetention: asked.wantsZeroRetention || owner.wantsZeroRetention,
    regions: [...owner.regions, ...asked.regions],
    objections: owner.objections.length === 0 ? asked.objections : [...owner.objections, ...asked.objections],
    agreed: owner.agreed.length === 0 ? asked.agreed : [...owner.agreed, ...asked.agreed],
    endpointTypes:
      types && asked.endpointTypes
        ? types.filter((type) => asked.endpointTypes?.includes(type))
        : (types ?? asked.endpointTypes),
  };
}

function isAny(setting: string | undefined): boolean {
  return setting === undefined || listsOf(setting).length === 0;
}

/** A workspace's list and its key's stand side by side, a space between. */
function listsOf(setting: string | undefined): readonly (readonly string[])[] {
  return (setting ?? 'any')
    .split(' ')
    .filter((list) => list !== 'any' && list !== 'none')
    .map((list) => list.split(','));
}
