import type { Endpoint, ProtocolName } from './endpoint.ts';
import { type ProviderRules, type RuleBroken, ruleBroken } from './provider-rules.ts';

/** What a request asks of an endpoint. */
export type PlanAsk = {
  /** What the caller speaks. */
  readonly protocol: ProtocolName;
  /** The request says something that no other dialect can: stored state, a tool that the upstream runs … */
  readonly nativeOnly: boolean;
  /** Of what is no chat, the only other dialects that can be asked; undefined: all. */
  readonly into?: readonly ProtocolName[] | undefined;
  /** It stores at the upstream: where that is allowed. Undefined: it stores nothing. */
  readonly mayStoreAt: ((provider: string) => boolean) | undefined;
  /** It asks for something that this provider alone runs. */
  readonly onlyAt: string | undefined;
  /** What the caller's `provider` object demands. */
  readonly rules: ProviderRules | undefined;
  /** The upstream that keeps what the request refers to. */
  readonly pinnedTo: string | undefined;
};

/** Why an endpoint may not serve a request: closed words, told to callers and kept in the record. */
export type ExclusionReason =
  | 'disabled'
  | 'protocol'
  | RuleBroken
  | 'plugins'
  | 'storage'
  | 'pinned'
  | 'unaffordable'
  | 'translation-loss';

export type Excluded = { readonly endpoint: Endpoint; readonly why: ExclusionReason };

/** The one fail-closed filter: undefined when the endpoint may serve, else the first reason why not. */
export function whyExcluded(endpoint: Endpoint, ask: PlanAsk): ExclusionReason | undefined {
  if (!endpoint.upstream.enabled) return 'disabled';
  if (protocolSpoken(endpoint, ask) === undefined) return 'protocol';
  if (ask.onlyAt !== undefined && endpoint.upstream.provider !== ask.onlyAt) return 'plugins';
  const broken = ask.rules && ruleBroken(endpoint, ask.rules);
  if (broken) return broken;
  if (ask.pinnedTo !== undefined && endpoint.upstream.name !== ask.pinnedTo) return 'pinned';
  if (ask.mayStoreAt?.(endpoint.upstream.provider) === false) return 'storage';
  return undefined;
}

/** The dialect in which an endpoint is asked: the caller's own where it has it, else the first of its own. */
export function protocolSpoken(
  { upstream }: Endpoint,
  { protocol, nativeOnly, into }: Pick<PlanAsk, 'protocol' | 'nativeOnly' | 'into'>,
): ProtocolName | undefined {
  if (upstream.protocols.includes(protocol)) return protocol;
  if (nativeOnly) return undefined;
  return into ? upstream.protocols.find((each) => into.includes(each)) : upstream.protocols[0];
}
