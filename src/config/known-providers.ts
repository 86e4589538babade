import type { EndpointType, ProtocolName } from '#core/routing/endpoint.ts';

/** The four providers whose addresses, prices and handling of data Fairlead brings along. */
export type KnownProvider = {
  /** Provider, and the name of the upstream that its key makes appear. */
  readonly name: string;
  readonly variable: string;
  readonly baseUrl: string;
  readonly protocols: readonly ProtocolName[];
  readonly type: EndpointType;
  /** What the models of the catalogue are called in public. */
  readonly publicName: (model: string) => string;
  /** Models of the catalogue that no surface reaches, or that this address does not serve. */
  readonly leavesOut: RegExp;
};

const nothing = /(?!)/;

export const knownProviders: readonly KnownProvider[] = [
  {
    name: 'openai',
    variable: 'OPENAI_API_KEY',
    baseUrl: 'https://api.openai.com/v1',
    protocols: ['openai-chat', 'openai-responses'],
    type: 'first_party',
    publicName: (model) => `openai/${model}`,
    leavesOut: /:|-$|\.ft-|realtime|audio|davinci|instruct|^(?:ada|babbage|curie)$/,
  },
  {
    name: 'anthropic',
    variable: 'ANTHROPIC_API_KEY',
    baseUrl: 'https://api.anthropic.com/v1',
    protocols: ['anthropic-messages'],
    type: 'first_party',
    publicName: (model) => `anthropic/${model}`,
    leavesOut: nothing,
  },
  {
    name: 'google',
    variable: 'GEMINI_API_KEY',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    protocols: ['gemini-generate'],
    type: 'first_party',
    publicName: (model) => `google/${model}`,
    // The catalogue also lists what only Vertex serves.
    leavesOut: /^(?!gemini-|gemma-)|-maas$|live|tts/,
  },
  {
    name: 'openrouter',
    variable: 'OPENROUTER_API_KEY',
    baseUrl: 'https://openrouter.ai/api/v1',
    protocols: ['openai-chat'],
    // OpenRouter passes on to others: it is known, but nobody's first party.
    type: 'aggregator',
    publicName: (model) => model,
    leavesOut: nothing,
  },
];

export function knownProvider(name: string): KnownProvider | undefined {
  return knownProviders.find((known) => known.name === name);
}

/** People know Google's API by the name of its models. */
export function defaultProvider(upstream: string): string {
  return upstream === 'gemini' ? 'google' : upstream;
}

/** A provider's type and terms hold at its own address only. */
export function isOwnAddress(known: KnownProvider, baseUrl: string): boolean {
  return new URL(known.baseUrl).origin === new URL(baseUrl).origin;
}
