import { handlingOn } from './data-handling.ts';
import type { Endpoint, ProtocolName } from './endpoint.ts';
import { isFree } from './expected-price.ts';
import { type JudgedBy, type ProviderRules, type RuleBroken, ruleBroken } from './provider-rules.ts';

/** What a request asks of an endpoint. */
export type PlanAsk = JudgedBy & {
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
  /** What its workspace, its key and its `provider` object demand. */
  readonly rules: ProviderRules | undefined;
  /** The upstream that keeps what the request refers to. */
  readonly pinnedTo: string | undefined;
  /** The upstream that the caller named, as in `model@upstream`. */
  readonly named?: string | undefined;
  /** Nothing may be charged. */
  readonly onlyFree?: boolean | undefined;
  /** With a search that its upstream runs. */
  readonly online?: boolean | undefined;
  /**
   * It asks for nothing but that what was left there goes: whoever keeps it may be told so, however it treats data, and whether or
   * not that is accepted yet.
   */
  readonly takesBack?: boolean | undefined;
  /** Endpoints that were stopped for its workspace until a person looks. */
  readonly stopped?: readonly string[] | undefined;
};

/** Why an endpoint may not serve a request: closed words, told to callers and kept in the record. */
export type ExclusionReason =
  | 'disabled'
  | 'protocol'
  | RuleBroken
  /** Nobody knows whether its upstream trains on what it is sent, and nobody accepted that. */
  | 'data_policy:unknown'
  /** It was added lately, and its workspace has not agreed to it before its day. */
  | 'sub_processor:notice'
  | 'plugins'
  | 'storage'
  | 'pinned'
  | 'free'
  | 'context_length'
  | 'unaffordable'
  | 'require_parameters'
  | 'translation-loss'
  /** The workspace wants this model asked with its own key alone. */
  | 'own-key-only'
  /** Three of its answers in a day cost this workspace more than was held. */
  | 'stopped'
  /** Health left it out: whoever else is left out as well, it is being looked after by another request. */
  | 'ejected'
  | 'limited'
  | 'no-credential'
  | 'missing';

export type Excluded = { readonly endpoint: Endpoint; readonly why: ExclusionReason };

declare const passed: unique symbol;

/** An endpoint that passed the filter below for the request at hand. Only such a one can be called: nothing else makes it. */
export type EligibleEndpoint = Endpoint & { readonly [passed]: true };

/** The endpoint when it may serve, else the first reason why not. */
export function eligible(endpoint: Endpoint, ask: PlanAsk): EligibleEndpoint | ExclusionReason {
  // The one place where an endpoint becomes one that may be called.
  return whyExcluded(endpoint, ask) ?? (endpoint as EligibleEndpoint);
}

/** The one fail-closed filter: undefined when the endpoint may serve, else the first reason why not. */
export function whyExcluded(endpoint: Endpoint, ask: PlanAsk): ExclusionReason | undefined {
  const { upstream } = endpoint;
  if (!upstream.enabled) return 'disabled';
  if (ask.stopped?.includes(endpoint.id)) return 'stopped';
  if (protocolSpoken(endpoint, ask) === undefined) return 'protocol';
  if (ask.named !== undefined && upstream.name !== ask.named) return 'pinned';
  if (ask.onlyAt !== undefined && upstream.provider !== ask.onlyAt) return 'plugins';
  const broken = ask.rules && ruleBroken(endpoint, ask.rules, ask);
  if (broken) return broken;
  if (isTooNew(endpoint, ask)) return 'sub_processor:notice';
  const untrusted = ask.takesBack === true ? undefined : dataRefused(endpoint, ask.day);
  if (untrusted) return untrusted;
  if (ask.pinnedTo !== undefined && upstream.name !== ask.pinnedTo) return 'pinned';
  if (ask.mayStoreAt?.(upstream.provider) === false) return 'storage';
  if (ask.onlyFree === true && !isFree(endpoint)) return 'free';
  if (ask.input && ask.input.least > endpoint.context) return 'context_length';
  return undefined;
}

/** Customers are told of whoever else gets their data, and may object, before it does: also where a request demands nothing. */
function isTooNew({ upstream }: Endpoint, { day, rules }: Pick<PlanAsk, 'day' | 'rules'>): boolean {
  if ((upstream.fromDay ?? 0) <= day) return false;
  return !rules || !(rules.agreed.includes(upstream.name) || rules.agreed.includes('*'));
}

/** Nobody who trains, or may, unless the operator accepted it: also where a request demands nothing. */
export function dataRefused(
  { upstream, isDataAccepted }: Pick<Endpoint, 'upstream' | 'isDataAccepted'>,
  day: number,
): 'data_policy:training' | 'data_policy:unknown' | undefined {
  if (isDataAccepted === true) return undefined;
  const { trains } = handlingOn(upstream.data, day);
  if (trains === false) return undefined;
  return trains === true ? 'data_policy:training' : 'data_policy:unknown';
}

/** What asks for nothing in particular, on this day. */
export function plainAsk(protocol: ProtocolName, day: number, rules?: ProviderRules): PlanAsk {
  return {
    protocol,
    day,
    nativeOnly: false,
    mayStoreAt: undefined,
    onlyAt: undefined,
    rules,
    pinnedTo: undefined,
  };
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
