import type { WalletRule } from '#core/allowance/wallet-backed.ts';
import type { Deadlines, Limits } from '#core/generation/deadlines.ts';
import type { Delivery } from '#core/generation/delivery.ts';
import type { MarkupRule } from '#core/money/markup.ts';
import type { Price } from '#core/money/price.ts';
import type { DormancyRules } from '#core/privacy/dormancy.ts';
import type { SubProcessorEntry } from '#core/privacy/notices/sub-processor-contracts.ts';
import type { PolicyProfile } from '#core/privacy/policy/policy-text.ts';
import type { RetentionRules } from '#core/privacy/retention.ts';
import type { CloudAccess } from '#core/routing/cloud-access.ts';
import type { Ability, Quantization, Upstream } from '#core/routing/endpoint.ts';
import type { StrategyName } from '#core/routing/strategies/strategy-names.ts';

/**
 * What the operator decided, judged and frozen. Made once, from environment and file, by read-config.ts;
 * nothing else in the product reads `process.env`.
 */
export type Config = {
  readonly port: number;
  readonly host: string;
  /** Absolute. */
  readonly dataDir: string;
  /** Undefined: SQLite in the data directory. */
  readonly databaseUrl: string | undefined;
  /** Hex; undefined: the file `secrets/pepper` of the data directory. */
  readonly pepper: string | undefined;
  /** Hex; undefined: the file `secrets/trust-key` of the data directory. */
  readonly trustKey: string | undefined;
  /** Absolute path of the configuration file, undefined when there is none. */
  readonly file: string | undefined;
  readonly publicUrl: string | undefined;
  readonly trustedProxies: readonly string[];
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly keyPrefix: string;
  readonly upstreams: readonly UpstreamConfig[];
  readonly models: readonly ModelConfig[];
  readonly routing: {
    readonly strategy: StrategyName;
    /** The public model that a request for `auto` gets. */
    readonly defaultModel: string | undefined;
    /** Among which `auto` chooses; undefined: all that are known to chat. */
    readonly autoModels?: readonly string[] | undefined;
  };
  /** What customers pay on top of what endpoints cost. A workspace is named by id or name. */
  readonly markup?: readonly MarkupRule[] | undefined;
  /** How customers pay; undefined: nobody can. */
  readonly payments?: PaymentsConfig | undefined;
  /** Who is told of outages, beside the log; undefined: nobody. */
  readonly alerts: { readonly webhook: string | undefined };
  /** Workspaces' own keys at providers: what the operator takes of what an answer costs there, in hundredths of a percent. */
  readonly ownKeys: { readonly feeBasisPoints: number };
  /** How letters to people are sent; undefined: operators see them in the outbox. */
  readonly mail?: { readonly url: string; readonly from: string } | undefined;
  /** Who may make an account: whoever was invited, or everybody. */
  /** Undefined: no token is worth anything here. */
  readonly walletRule?: WalletRuleConfig | undefined;
  /** What is said of contracts with whoever gets data. */
  readonly contracts: readonly SubProcessorEntry[];
  /** Where the keys of GitHub's notices of leaked keys come from; undefined: none are taken. */
  readonly githubLeaks?: { readonly keysUrl: string; readonly keys: Readonly<Record<string, string>> } | undefined;
  readonly people: {
    readonly signUp: 'open' | 'invited';
    /** Sites at which people may sign in, by OpenID Connect. */
    readonly providers: readonly {
      readonly name: string;
      readonly label: string;
      readonly issuer: string;
      readonly clientId: string;
      readonly clientSecret: string;
    }[];
  };
  /** How long what is about somebody is kept: never longer than the policy says. */
  readonly retention: RetentionRules;
  /** When an account counts as no longer used, and how long before its closing that is told. */
  readonly dormancy: DormancyRules;
  /** Whether content may be looked into, and after how long a workspace hears that abuse was. */
  readonly inspection: { readonly allowed: boolean; readonly abuseDelayMs: number };
  /** What becomes of what is left in a wallet when its workspace is deleted. */
  readonly deletion: { readonly leftover: 'refund' | 'forfeit' };
  /** What the privacy policy says of the operator, and whose policy it follows. */
  readonly policy: {
    readonly profile: PolicyProfile;
    readonly operator: string | undefined;
    readonly contact: string | undefined;
    readonly jurisdiction: string | undefined;
    /** ISO day on which a change of it takes effect. */
    readonly effective: string | undefined;
    /** The file with the results of the tests; undefined: the one that came with this software, if any did. */
    readonly evidence: string | undefined;
  };
  /** The simulator's models are offered. */
  readonly sandbox: boolean;
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  /** By setting name, as `upstreams.openai.region` or `PORT`: who set it. What is not in it is a default. */
  readonly origins?: Origins;
};

export type WalletRuleConfig = WalletRule & {
  readonly rpc: string;
  readonly chainId: number;
  readonly token: string;
  readonly refreshMs: number;
  readonly staleMs: number;
};

export type PaymentsConfig = {
  readonly stripe: {
    readonly secretKey: string;
    readonly webhookSecret: string;
    readonly apiBase?: string | undefined;
  };
  readonly minCents: number;
  readonly maxCents: number;
  readonly issuer: readonly string[];
};

export type Origins = Readonly<Record<string, SettingOrigin>>;

export type SettingOrigin = {
  /** `fairlead.yaml, line 12`, `environment`, `environment OPENAI_API_KEY`. */
  readonly from: string;
  /** What the file says where that is a reference: shown instead of the value, which may be a secret. */
  readonly written: string | undefined;
};

export type UpstreamConfig = Upstream & {
  /** Revealed only where a request leaves; never logged. */
  readonly apiKeys: readonly string[];
  /** Where the cloud wants more than a key in a header. */
  readonly cloudAccess?: CloudAccess | undefined;
  readonly models: readonly UpstreamModelConfig[];
};

export type UpstreamModelConfig = {
  readonly upstreamModel: string;
  /** The public model. */
  readonly as: string;
  readonly price: Price;
  /** Its part of a weighted draw. */
  readonly weight?: number | undefined;
  readonly quantization?: Quantization | undefined;
};

export type ModelConfig = {
  readonly id: string;
  readonly context: number;
  readonly maxOutput: number;
  readonly aliases: readonly string[];
  readonly fallbacks?: readonly string[] | undefined;
  readonly supports?: readonly Ability[] | undefined;
  readonly strategy?: StrategyName | undefined;
  readonly delivery?: Delivery | undefined;
  readonly firstContentMs?: number | undefined;
  readonly failoverMs?: number | undefined;
};
