import { createHash } from 'node:crypto';
import { type WindowKind, windowAt } from '#core/allowance/window.ts';
import { formatUsd, parseUsd } from '#core/money/nano.ts';
import { usdNumber, usdNumberOf } from './exact-number.ts';

/** A key as the keeper's `key-show` gives it. */
export type ShownKey = {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly disabled: boolean;
  readonly created_at: string;
  readonly limit_usd: string | null;
  readonly limit_requests: number | null;
  readonly reset: 'daily' | 'weekly' | 'monthly' | 'never';
  readonly role: 'inference' | 'management';
  readonly hint: string;
  readonly expires_at: string | null;
  readonly changed_at: string | null;
  readonly tags: readonly string[];
  readonly last_used_at: string | null;
  /** An address, shortened to 24 or 48 bits. */
  readonly last_network: string | null;
  /** Only where one key is shown. */
  readonly old_secrets?: readonly { readonly hint: string; readonly replaced_at: string; readonly until: string }[];
  readonly used: Readonly<Record<'total' | 'day' | 'week' | 'month', Used>>;
};

/** A page of them, and what all that are found come to. */
export type ShownKeyPage = {
  readonly keys: readonly ShownKey[];
  readonly found: number;
  readonly working: number;
  readonly paid_usd: string;
};

type Used = {
  readonly requests: number;
  readonly counted: number;
  readonly charge_nano: string;
  readonly own_key_cost_nano: string;
};

const usedSince = { daily: 'day', weekly: 'week', monthly: 'month', never: 'total' } as const;
const windowOf = { daily: 'day', weekly: 'week', monthly: 'month', never: 'all' } as const satisfies Record<
  ShownKey['reset'],
  WindowKind
>;

/** OpenRouter's name for a key: 64 hexadecimal digits that say nothing of the key itself. */
export function publicHash(id: string): string {
  return createHash('sha256').update(`fairlead-key-id:${id}`).digest('hex');
}

/** What both of a key's views tell: its limits, dollars and requests, and what is used of them. */
function limitsOf(key: ShownKey, now: number) {
  const { used, reset } = key;
  const since = used[usedSince[reset]];
  const { endsAt } = windowAt(windowOf[reset], now);
  const limit = key.limit_usd === null ? null : (parseUsd(key.limit_usd) ?? 0n);
  const left = limit === null ? null : limit - BigInt(since.charge_nano);
  return {
    limit: limit === null ? null : usdNumberOf(formatUsd(limit)),
    limit_remaining: left === null ? null : usdNumber(left > 0n ? left : 0n),
    limit_reset: reset === 'never' ? null : reset,
    include_byok_in_limit: false,
    usage: usdNumber(BigInt(used.total.charge_nano)),
    usage_daily: usdNumber(BigInt(used.day.charge_nano)),
    usage_weekly: usdNumber(BigInt(used.week.charge_nano)),
    usage_monthly: usdNumber(BigInt(used.month.charge_nano)),
    byok_usage: usdNumber(BigInt(used.total.own_key_cost_nano)),
    byok_usage_daily: usdNumber(BigInt(used.day.own_key_cost_nano)),
    byok_usage_weekly: usdNumber(BigInt(used.week.own_key_cost_nano)),
    byok_usage_monthly: usdNumber(BigInt(used.month.own_key_cost_nano)),
    requests: used.total.requests,
    requests_limit: key.limit_requests,
    requests_remaining: key.limit_requests === null ? null : Math.max(0, key.limit_requests - since.counted),
    requests_reset: key.limit_requests === null || endsAt === null ? null : new Date(endsAt).toISOString(),
  };
}

/** `GET /key`: the key that asks, about itself. */
export function ownKey(key: ShownKey, { prefix, now }: { readonly prefix: string; readonly now: number }) {
  const isManagement = key.role === 'management';
  return {
    label: labelOf(key, prefix),
    ...limitsOf(key, now),
    is_free_tier: false,
    is_management_key: isManagement,
    is_provisioning_key: isManagement,
    expires_at: key.expires_at,
    creator_user_id: null,
    organization_id: null,
    workspace_id: key.workspace,
    allowed_data_regions: ['global'],
    // Free models have no limit of their own here; the field is required.
    free_model_daily_requests: { limit: Number.MAX_SAFE_INTEGER, used: 0, remaining: Number.MAX_SAFE_INTEGER },
    rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
  };
}

/** A row of `GET /keys`. */
export function managedKey(key: ShownKey, { prefix, now }: { readonly prefix: string; readonly now: number }) {
  return {
    hash: publicHash(key.id),
    id: key.id,
    name: key.name,
    label: labelOf(key, prefix),
    tags: key.tags,
    disabled: key.disabled,
    ...limitsOf(key, now),
    created_at: key.created_at,
    updated_at: key.changed_at,
    expires_at: key.expires_at,
    last_used_at: key.last_used_at,
    last_network: key.last_network,
    creator_user_id: null,
    external_user: null,
    workspace_id: key.workspace,
    ...oldLabels(key, prefix),
  };
}

/** What it had before, and until when that works, or worked. */
function oldLabels({ old_secrets: secrets = [] }: ShownKey, prefix: string) {
  if (secrets.length === 0) return {};
  return {
    old_secrets: secrets.map((secret) => ({
      label: labelOf(secret, prefix),
      replaced_at: secret.replaced_at,
      until: secret.until,
    })),
  };
}

function labelOf({ hint }: Pick<ShownKey, 'hint'>, prefix: string): string {
  return `${prefix}...${hint}`;
}
