import { formatUsd } from '#core/money/nano.ts';
import { keptFrom } from '#core/privacy/retention.ts';
import { Arguments } from './arguments.ts';
import type { CommandContext } from './command.ts';
import { findWorkspace } from './find-workspace.ts';

const rowsMax = 100;
const rowsOtherwise = 50;

/** Generations of a workspace, the newest first; `next` is where the older ones go on, null where there are none. */
export async function listGenerations(context: CommandContext, given: unknown) {
  const args = new Arguments(given);
  const { id: workspace } = await findWorkspace(context, args);
  const limit = Math.min(rowsMax, args.optionalCount('limit', 'how many') ?? rowsOtherwise);
  const rows = await context.store.postings.generations({
    workspace,
    key: args.optionalText('key', "the key's id"),
    before: args.optionalText('before', 'before which generation'),
    limit: limit + 1,
  });
  const oldest = keptFrom(context.now(), context.retention.usageDays);
  const shown = rows.slice(0, limit).filter(({ at }) => at >= oldest);
  const keys = await context.store.accounts.keyNames([...new Set(shown.map(({ key }) => key))]);
  return {
    generations: shown.map((row) => ({
      id: row.generation,
      at: new Date(row.startedAt).toISOString(),
      duration_ms: Math.max(0, row.at - row.startedAt),
      first_content_ms: row.firstContentMs,
      model: row.model,
      endpoint: row.endpoint,
      surface: row.surface,
      attempts: row.attempts.length,
      status: row.status,
      end_reason: row.endReason,
      fault: row.fault,
      key_name: keys.get(row.key) ?? null,
      input: row.usage.input + row.usage.cachedInput + row.usage.cacheWrite5m + row.usage.cacheWrite1h,
      output: row.usage.output,
      charge_usd: formatUsd(BigInt(row.payable)),
    })),
    next: rows.length > limit && shown.length === limit ? (shown.at(-1)?.generation ?? null) : null,
  };
}
