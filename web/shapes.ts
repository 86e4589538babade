// What the server's addresses answer, as far as pages show it. `docs/reference/account-api.md` describes them.

export type Key = {
  readonly hash: string;
  readonly name: string;
  readonly label: string;
  readonly tags: readonly string[];
  readonly disabled: boolean;
  /** US dollars; null: no limit. */
  readonly limit: number | null;
  readonly limit_remaining: number | null;
  readonly limit_reset: 'daily' | 'weekly' | 'monthly' | null;
  readonly usage: number;
  readonly usage_daily: number;
  readonly requests: number;
  readonly requests_limit: number | null;
  readonly requests_remaining: number | null;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
  /** An address, shortened to 24 or 48 bits. */
  readonly last_network: string | null;
};

export type Wallet = Readonly<Record<'balance_usd' | 'held_usd' | 'leased_usd' | 'spent_usd', string>>;

export type Entry = {
  readonly entry: number;
  readonly at: string;
  readonly kind: string;
  readonly reference: string | null;
  readonly amount: string;
  readonly balance: string;
};

export type Listed = {
  readonly id: string;
  readonly at: string;
  readonly duration_ms: number;
  readonly first_content_ms: number | null;
  readonly model: string;
  readonly endpoint: string | null;
  readonly surface: string;
  readonly attempts: number;
  readonly status: number;
  readonly end_reason: string;
  readonly fault: string | null;
  readonly key_name: string | null;
  readonly input: number;
  readonly output: number;
  readonly charge_usd: string;
};

export type Explained = {
  readonly id: string;
  readonly model: string;
  readonly strategy: string | null;
  readonly plan: readonly { readonly endpoint: string; readonly why: string }[];
  readonly excluded: readonly { readonly endpoint: string; readonly why: string }[];
  readonly attempts: readonly Attempt[];
  readonly upstream_protocol: string | null;
  readonly dropped: readonly unknown[];
  readonly usage: Readonly<Record<string, number>>;
  readonly usage_source: string;
  readonly price_version: string | null;
  readonly hold_usd: string;
  readonly charge_usd: string;
  readonly charge_lines: readonly {
    readonly unit: string;
    readonly count: number;
    readonly price_usd: string;
    readonly amount_usd: string;
  }[];
  readonly refunded_usd: string;
  readonly end_reason: string;
  readonly attribution: string;
  readonly surface: string;
  readonly stream: boolean;
  readonly created_at: string;
  readonly duration_ms: number;
  readonly first_content_ms: number | null;
};

export type Attempt = {
  readonly endpoint: string;
  readonly provider: string;
  readonly region: string;
  readonly status: number;
  readonly verdict: string;
  readonly ms: number;
};

export type UsageDay = {
  readonly day: string;
  readonly requests: number;
  readonly failed: number;
  readonly input: number;
  readonly output: number;
  readonly charge_usd: string;
};

export type Endpoint = {
  readonly id: string;
  readonly provider: string;
  readonly type: string;
  readonly region: string;
  readonly data: { readonly retention_days: number | 'unknown'; readonly trains: boolean | 'unknown' };
  readonly price: Readonly<Record<string, unknown>>;
  readonly out_until: number | null;
  readonly first_content_ms: number | null;
};

export type Model = {
  readonly id: string;
  readonly context: number;
  readonly max_output: number;
  readonly endpoints: readonly Endpoint[];
};

export type Invoice = {
  readonly number: number;
  readonly at: string;
  readonly kind: string;
  readonly amount_usd: string;
};

export type Limit = {
  readonly id: string;
  readonly key: string | null;
  readonly model: string | null;
  readonly unit: string;
  readonly limit: string | number;
  readonly reset: string;
};

export type Member = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly since: string;
  readonly you: boolean;
};

export type Invitation = {
  readonly id: string;
  readonly email: string;
  readonly role: string;
  readonly expires_at: string;
};

export type Session = {
  readonly id: string;
  readonly device: string;
  readonly current: boolean;
  readonly created_at: string;
  readonly used_at: string;
};

export type OperatedWorkspace = {
  readonly id: string;
  readonly name: string;
  readonly members: number;
  readonly frozen: boolean;
};

export type OperatedUpstream = {
  readonly name: string;
  readonly provider: string;
  readonly type: string;
  readonly region: string;
  readonly enabled: boolean;
  readonly endpoints: number;
  readonly endpoints_out: readonly string[];
  /** Where the configuration names it; null: it was added while Fairlead runs. */
  readonly decided_by: string | null;
  readonly overruled: boolean;
  /** What is known of what it does with data; null: it is not used. */
  readonly data: {
    readonly retention_days: number | string | null;
    readonly trains: boolean | string;
    readonly source: string | null;
  } | null;
  readonly credential: string | null;
  readonly models: readonly OperatedModel[];
  readonly test: {
    readonly at: string;
    readonly ok: boolean;
    readonly status: number;
    readonly ms: number;
    readonly fault: string | null;
  } | null;
};

/** Dollars per million: what an endpoint costs, and what customers pay. */
export type OperatedModel = {
  readonly id: string;
  readonly model: string;
  readonly upstream_model: string;
  readonly cost: Readonly<Record<string, unknown>>;
  readonly price: Readonly<Record<string, unknown>>;
  readonly price_decided_by: string | null;
  readonly refused: unknown;
};

export type OperatedEndpoint = Endpoint & {
  readonly model: string;
  readonly refused: unknown;
  readonly tokens_per_second: number | null;
};

type MarginSum = {
  readonly requests: number;
  readonly charged_usd: string;
  readonly cost_usd: string;
  readonly margin_usd: string;
  readonly margin_percent: string | null;
};

export type Margin = {
  readonly total: MarginSum;
  readonly endpoints: readonly (MarginSum & { readonly endpoint: string })[];
  readonly days: readonly (MarginSum & { readonly day: string })[];
};

export type TrialBalance = {
  readonly ok: boolean;
  readonly accounts: readonly {
    readonly kind: string;
    readonly currency: string;
    readonly accounts: number;
    readonly debit: string;
    readonly credit: string;
  }[];
};

export type Reconciliation = {
  readonly at: string;
  readonly ok: boolean;
  readonly report: {
    readonly unresolved: readonly { readonly what: string; readonly amount_usd: string; readonly hours: number }[];
    readonly problems: readonly string[];
  };
};

export type BillDay = {
  readonly day: string;
  readonly model: string;
  readonly ours_usd: string;
  readonly theirs_usd: string | null;
  readonly difference_usd: string | null;
};

export type AbuseCase = {
  readonly id: string;
  readonly workspace: string;
  readonly key: string | null;
  readonly reason: string;
  readonly counted: number;
  readonly usual: number;
  readonly action: string;
  readonly state: string;
  readonly opened_at: string;
};

export type Jobs = {
  readonly usage_days: number;
  readonly leaders: readonly {
    readonly name: string;
    readonly holder: string;
    readonly until: string;
    readonly led: boolean;
  }[];
  readonly runs: readonly {
    readonly subject: string;
    readonly at: string;
    readonly rows: number;
    readonly digest: string;
  }[];
};

export type Letter = {
  readonly id: string | null;
  readonly at: string;
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly state: string;
};

export type AuditRow = {
  readonly place: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: string;
  readonly hash: string;
};

export type OperatorPerson = {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: string;
};

export type MarkupRule = {
  readonly percent: string;
  readonly model: string | null;
  readonly seller: string | null;
  readonly workspace: string | null;
};

export type OwnPasskey = {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly used_at: string | null;
};

/** A wallet or an account at another site. */
export type OwnSignIn = {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  readonly created_at: string;
};

export type PendingAddress = {
  readonly email: string;
  readonly old_confirmed: boolean;
  readonly new_confirmed: boolean;
  readonly expires_at: string;
};

/** A key of the workspace at a provider. */
export type ProviderKey = {
  readonly id: string;
  readonly provider: string;
  readonly upstream: string;
  readonly name: string;
  readonly label: string;
  readonly use: 'before' | 'after' | 'only';
  readonly disabled: boolean;
};

export type SupportMessage = {
  readonly number: string;
  readonly subject: string;
  readonly message: string;
  readonly sent_at: string;
};

export type TopUpRule = {
  readonly is_on: boolean;
  readonly below: number | null;
  readonly add: number | null;
  readonly month: number | null;
  readonly has_card: boolean;
  readonly can_pay: boolean;
};

/** An entry of a log of changes. */
export type Change = {
  readonly place: number;
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly outcome: string;
};

/** What a token is worth here, and for whom. */
export type OperatedWalletRule = {
  readonly rule: {
    readonly chain_id: number;
    readonly token: string;
    readonly requests_per_token: number;
    readonly usd_per_token: string;
    readonly requests_max: number;
    readonly usd_max: string;
    readonly refresh_minutes: number;
    readonly stale_hours: number;
  } | null;
  readonly workspaces: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly balance: string | null;
    readonly requests: number;
    readonly usd: string;
    readonly stale: boolean;
    readonly read_at: string | null;
  }[];
};
