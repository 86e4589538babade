import type { Delivery } from '#core/generation/delivery.ts';
import type { PriceVersion } from '#core/money/price.ts';
import type { DataHandling } from './data-handling.ts';
import type { StrategyName } from './strategies/strategy-names.ts';

/** What callers speak, and upstreams as well. */
const callerProtocolNames = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini-generate'] as const;

export type CallerProtocolName = (typeof callerProtocolNames)[number];

/** What upstreams speak. */
export const protocolNames = [...callerProtocolNames, 'bedrock-converse'] as const;

export type ProtocolName = (typeof protocolNames)[number];

/** Clouds that serve other makers' models at addresses and with credentials of their own. */
export const cloudNames = ['azure', 'bedrock', 'vertex'] as const;

export type CloudName = (typeof cloudNames)[number];

/** Endpoint type labels: who runs the model and how far it is from its maker. `sandbox` is our own simulator. */
export const endpointTypes = [
  'first_party',
  'cloud_partner',
  'host',
  'self_hosted',
  'aggregator',
  'seller_partner',
  'customer_key',
  'unverified',
  'sandbox',
] as const;

export type EndpointType = (typeof endpointTypes)[number];

/** How an endpoint's weights are stored, in OpenRouter's words. */
export const quantizationNames = [
  'int4',
  'int8',
  'fp4',
  'mxfp4',
  'nvfp4',
  'fp6',
  'fp8',
  'mxfp8',
  'fp16',
  'bf16',
  'fp32',
  'unknown',
] as const;

export type Quantization = (typeof quantizationNames)[number];

/** One configured account at a provider. Its credentials are not here: they stay in outgoing/providers. */
export type Upstream = {
  readonly name: string;
  readonly provider: string;
  readonly seller: string;
  readonly protocols: readonly ProtocolName[];
  readonly baseUrl: string;
  readonly enabled: boolean;
  readonly type: EndpointType;
  readonly region: string;
  readonly data: DataHandling;
  /** Undefined: the provider's own API, or one like it. */
  readonly cloud?: CloudName | undefined;
  /** It is new: until this day, counted from 1970, it serves only who agreed to it. */
  readonly fromDay?: number | undefined;
};

/** One model at one upstream. Its id is `<public model>@<upstream>`. */
export type Endpoint = {
  readonly id: string;
  readonly model: string;
  /** The name that the upstream knows the model by. */
  readonly upstreamModel: string;
  readonly upstream: Upstream;
  readonly price: PriceVersion;
  readonly context: number;
  readonly maxOutput: number;
  /** Undefined: nobody said. */
  readonly quantization?: Quantization | undefined;
  /** Its part of a weighted draw; 1 when nobody said. */
  readonly weight?: number | undefined;
  /** The operator accepted what its upstream does with data, or that nobody knows. */
  readonly isDataAccepted?: boolean | undefined;
  /** It is asked with a key of the workspace itself, which pays its provider; we take a fee. */
  readonly ownKey?: { readonly id: string; readonly edition: number; readonly feeBasisPoints: number } | undefined;
  /** How long the last endpoint of a plan may take to its first content; undefined: as the deadlines say. */
  readonly firstContentMs?: number | undefined;
  /** The same while another one is left to ask. */
  readonly failoverMs?: number | undefined;
};

/** What a model can do beyond answering in text. */
export const abilityNames = ['tools', 'images', 'structured_output'] as const;

export type Ability = (typeof abilityNames)[number];

/** A public model and its endpoints, in the file's order. */
export type Model = {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly context: number;
  readonly maxOutput: number;
  /** Public models that a request goes on to when nobody answers here. */
  readonly fallbacks?: readonly string[] | undefined;
  /** Undefined: the one for all. */
  readonly strategy?: StrategyName | undefined;
  readonly delivery?: Delivery | undefined;
  readonly firstContentMs?: number | undefined;
  readonly failoverMs?: number | undefined;
  /** Undefined: nobody said. */
  readonly supports?: readonly Ability[] | undefined;
  readonly endpoints: readonly Endpoint[];
};
