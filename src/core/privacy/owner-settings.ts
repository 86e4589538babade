import { isDelivery } from '#core/generation/delivery.ts';
import { isAddressList } from './address-lists.ts';
import { isListOfDecisions } from './notices/sub-processors.ts';

/** What an owner may set on a workspace or a key; a key's own word comes before its workspace's. */
export type OwnerSettings = Readonly<Partial<Record<OwnerSettingName, string>>>;

type Rule = {
  readonly takes: string;
  isGood(value: string): boolean;
};

const rules = {
  /** What happens when something unusual is found about a key; docs/reference/abuse.md. */
  abuse: { takes: '"off", "ask" or "slow"', isGood: (value) => ['off', 'ask', 'slow'].includes(value) },
  /** From where a key may be used. */
  addresses: {
    takes: '"any", or up to 40 addresses and ranges with commas between, as in "203.0.113.7,2001:db8::/32"',
    isGood: isAddressList,
  },
  /** Where callers may leave objects at an upstream: stored responses, files, batches; and for how many days. */
  storage: {
    takes: '"none", or providers with days, as in "openai:30" or "any:30"',
    isGood: (value) => value === 'none' || value.split(',').every((each) => storagePattern.test(each)),
  },
  /** Whether batches pass. */
  batches: { takes: '"on" or "off"', isGood: (value) => value === 'on' || value === 'off' },
  /** Only who does not train on what it is sent, whatever the operator accepted. */
  data_collection: { takes: '"allow" or "deny"', isGood: (value) => value === 'allow' || value === 'deny' },
  /** Whether a stream is kept back until its end is here. */
  delivery: { takes: '"streamed" or "whole"', isGood: isDelivery },
  /** What is looked for in requests, and what then; docs/reference/detectors.md. */
  detectors: {
    takes: '"off", or kinds with actions, as in "card:block,email:redact"',
    isGood: (value) => value === 'off' || value.split(',').every((each) => detectorPattern.test(each)),
  },
  /** Who may run the models; docs/reference/data-policies.md. */
  endpoint_types: { takes: '"any", or types with commas between, as in "first_party,host"', isGood: isListOfWords },
  /** Ask a second endpoint beside one that is slow to begin. */
  hedging: { takes: '"on" or "off"', isGood: (value) => value === 'on' || value === 'off' },
  /** Whether all that a stream may cost is held at once, or in stages as it comes. */
  hold: { takes: '"whole" or "staged"', isGood: (value) => value === 'whole' || value === 'staged' },
  /** Whether somebody of the operator may look into requests, and what must come first; docs/reference/inspections.md. */
  inspection: { takes: '"ask", "tell" or "forbid"', isGood: (value) => ['ask', 'tell', 'forbid'].includes(value) },
  /** Who may be asked, by the names of providers and upstreams. */
  providers: { takes: '"any", or names with commas between, as in "openai,anthropic"', isGood: isListOfWords },
  /** Who may not. */
  providers_denied: { takes: '"none", or names with commas between, as in "openrouter"', isGood: isListOfWords },
  /** Where requests may be served and kept. */
  regions: { takes: '"any", or regions with commas between, as in "eu" or "de,fr"', isGood: isListOfWords },
  /** Whether what is blocked may pass after all, under the terms that were accepted. */
  sensitive_data: {
    takes: '"blocked", or the version of the policy whose terms are accepted, as in "accepted:strict-1"',
    isGood: (value) => value === 'blocked' || /^accepted:[a-z0-9]{2,16}-\d{1,6}$/.test(value),
  },
  /** How the endpoints of a model are put in order. */
  strategy: {
    takes: 'one of order, adjusted-share, classic-inverse-square, price, latency, throughput, tool-quality, weighted',
    isGood: (value) => strategies.includes(value),
  },
  /** Refuse rather than leave anything out in a translation. */
  strict: { takes: '"on" or "off"', isGood: (value) => value === 'on' || value === 'off' },
  /** What a workspace says of upstreams that were added: agreed to before their day, or objected to. */
  sub_processors: {
    takes: '"none", or upstreams with what is decided, as in "mistral:object,groq:agree" or "*:agree"',
    isGood: isListOfDecisions,
  },
  /** Pay for credit by the card that was kept, when the wallet runs low. */
  topup: {
    takes: '"off", or dollars as in "below:5,add:20,month:100"',
    isGood: (value) => value === 'off' || /^below:\d{1,6},add:[1-9]\d{0,5},month:\d{1,6}$/.test(value),
  },
  /** Only who keeps nothing. */
  zdr: { takes: '"on" or "off"', isGood: (value) => value === 'on' || value === 'off' },
} as const satisfies Record<string, Rule>;

const detectorPattern = /^(?:card|iban|email|phone|key):(?:warn|redact|block|route)$/;

function isListOfWords(value: string): boolean {
  return /^[a-z0-9][a-z0-9_-]{0,39}(?:,[a-z0-9][a-z0-9_-]{0,39}){0,19}$/.test(value);
}

/** What a key cannot loosen: its workspace's demands on whoever serves it. Of `workspace` a key has no word at all. */
const ceilings: Readonly<Partial<Record<OwnerSettingName, 'deny' | 'on' | 'both' | 'workspace'>>> = {
  addresses: 'both',
  data_collection: 'deny',
  zdr: 'on',
  regions: 'both',
  endpoint_types: 'both',
  providers: 'both',
  providers_denied: 'both',
  sub_processors: 'workspace',
};

/** A key's own word comes before its workspace's, but where the workspace's is a ceiling: then both hold. */
export function joinSettings(workspace: OwnerSettings, key: OwnerSettings): OwnerSettings {
  const joined: Record<string, string> = { ...workspace, ...key };
  for (const name of ownerSettingNames) {
    const [theirs, own, rule] = [workspace[name], key[name], ceilings[name]];
    if (rule === 'workspace' && own !== undefined) joined[name] = theirs ?? 'none';
    if (theirs === undefined || own === undefined || rule === undefined || rule === 'workspace') continue;
    if (rule === 'both') joined[name] = `${theirs} ${own}`;
    else if (theirs === rule) joined[name] = theirs;
  }
  return joined;
}

/** The words of core/routing/strategies/strategy-names.ts. */
const strategies: readonly string[] = [
  'order',
  'adjusted-share',
  'classic-inverse-square',
  'price',
  'latency',
  'throughput',
  'tool-quality',
  'weighted',
];

const storagePattern = /^[a-z0-9][a-z0-9._-]{0,63}:[1-9]\d{0,3}$/;

export type OwnerSettingName = keyof typeof rules;

export const ownerSettingNames = Object.keys(rules) as readonly OwnerSettingName[];

/** Why a setting is not one, as a sentence; undefined when it is. */
export function troubleOfSetting(name: string, value: string): string | undefined {
  const rule = ownerSettingNames.find((each) => each === name);
  if (!rule) return `There is no setting "${name}". There are: ${ownerSettingNames.join(', ')}.`;
  return rules[rule].isGood(value) ? undefined : `"${name}" takes ${rules[rule].takes}.`;
}

/** Days for which an object may stay at a provider; 0: it may not be stored there. Nothing said means no. */
export function storageDays({ storage }: OwnerSettings, provider: string): number {
  const pairs = (storage ?? 'none').split(',').map((pair) => pair.split(':'));
  const found = pairs.find(([name]) => name === provider) ?? pairs.find(([name]) => name === 'any');
  return Number(found?.[1] ?? 0);
}
