import { formatUsd } from '#core/money/nano.ts';
import type { KeyRow } from '#store/store.ts';

/** A key as people and programs see it. */
export function toKeyJson(row: KeyRow) {
  return {
    id: row.id,
    name: row.name,
    workspace: row.workspace,
    disabled: row.disabled,
    created_at: new Date(row.createdAt).toISOString(),
    limit_usd: row.limitNano === null ? null : formatUsd(row.limitNano),
    limit_requests: row.limitRequests,
    reset: row.reset,
    role: row.role,
    hint: row.hint,
    expires_at: row.expiresAt === null ? null : new Date(row.expiresAt).toISOString(),
    changed_at: row.changedAt === null ? null : new Date(row.changedAt).toISOString(),
    tags: row.tags,
  };
}
